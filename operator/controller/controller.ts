/** Rounds for all clusters: what came of one says when the next is due. */
import { KubeError } from '../kube/kube-error.ts';
import type { Worked } from '../kube/workers.ts';
import { createMemory } from '../observe/observe.ts';
import type { Memory } from '../observe/observe.ts';
import { reconcile } from '../reconcile/reconcile.ts';
import type { Outcome, Parts } from '../reconcile/reconcile.ts';
import type { Log } from '../telemetry/log.ts';
import type { RoundMeter } from '../telemetry/metrics.ts';
import { placeOf } from './keys.ts';
import { pauseAfter } from './pause.ts';

export interface ControllerSetup {
  readonly parts: Parts;
  readonly log: Log;
  readonly meter: RoundMeter;
  /** Between two looks at a cluster where all is well. */
  readonly resyncMs: number;
}

/** What is known of a cluster from one round to the next. */
interface Going {
  readonly memory: Memory;
  /** What it did last, for the log: lines tell of changes. */
  said: string;
  waits: number;
}

/** Makes one round for the cluster of a key; rejects when it failed. */
export function createController({
  parts,
  log,
  meter,
  resyncMs,
}: ControllerSetup): (key: string) => Promise<Worked> {
  const clusters = new Map<string, Going>();
  const goingOf = (key: string): Going => {
    const known = clusters.get(key) ?? { memory: createMemory(), said: '', waits: 0 };
    clusters.set(key, known);
    return known;
  };

  function tell(key: string, going: Going, outcome: Outcome): void {
    const cluster = key;
    const waits = outcome.kind === 'waiting';
    const said = waits ? `${outcome.reason}: ${outcome.message}` : outcome.kind;
    const same = said === going.said;
    going.waits = waits && same ? going.waits + 1 : 0;
    going.said = said;
    if (same) return;
    if (waits) log.write('waiting', { cluster, reason: outcome.reason, message: outcome.message });
    else if (outcome.kind === 'settled') log.write('settled', { cluster });
  }

  return async (key) => {
    const going = goingOf(key);
    const done = meter.begin();
    let outcome: Outcome;
    try {
      outcome = await round(parts, going.memory, key);
    } catch (error) {
      done('error');
      log.write('reconcile_failed', { cluster: key, error });
      throw error;
    }
    tell(key, going, outcome);
    const againMs = pauseAfter(outcome, going.waits, resyncMs);
    done(againMs === undefined ? 'success' : 'requeue_after');
    if (againMs !== undefined) return { kind: 'again', againMs };
    clusters.delete(key);
    return { kind: 'gone' };
  };
}

/** A conflict says only that the cache was behind. */
async function round(parts: Parts, memory: Memory, key: string): Promise<Outcome> {
  try {
    return await reconcile(parts, memory, placeOf(key));
  } catch (error) {
    if (error instanceof KubeError && error.code === 'conflict') return { kind: 'behind' };
    throw error;
  }
}
