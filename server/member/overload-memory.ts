/** Memory that is free but for the garbage collector, given back before the kernel asks for it. */
import { totalmem } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

export interface ReliefSetup {
  readonly nowMs: () => number;
  /** What the process may use, and what it uses. */
  readonly limitBytes: number;
  readonly usedBytes: () => number;
  readonly collect: () => void;
}

/** From this share of the limit on, garbage is collected out of turn. */
const PRESSURE_SHARE = 0.4;
/** Between two collections there is at least so many times what one takes. */
const PAUSE_FACTOR = 6;

/**
 * Returns what is to be called when much has come and gone. V8 lets buffers outside its heap grow
 * by a hundred MiB and more before it looks which are garbage; in a small container that is the
 * difference between a busy member and a dead one.
 */
export function createMemoryRelief(setup: ReliefSetup): () => void {
  const { nowMs, limitBytes, usedBytes, collect } = setup;
  let nextMs = -Infinity;
  return () => {
    const beginMs = nowMs();
    if (beginMs < nextMs || usedBytes() < limitBytes * PRESSURE_SHARE) return;
    collect();
    const endMs = nowMs();
    nextMs = endMs + PAUSE_FACTOR * (endMs - beginMs);
  };
}

/** That of this process, in its container. */
export function processRelief(nowMs: () => number): () => void {
  const constrained = process.constrainedMemory();
  const total = totalmem();
  // The collector can be called only under a name that this flag brings; the program itself needs none.
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  setFlagsFromString('--no-expose-gc');
  return createMemoryRelief({
    nowMs,
    limitBytes: constrained > 0 ? Math.min(constrained, total) : total,
    usedBytes: () => process.memoryUsage.rss(),
    collect,
  });
}
