/** A group of processes whose memory has a bound, as Linux offers it: cgroup v2, or v1. */
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

export interface MemoryGroup {
  /** A process that writes its id there is in the group. */
  readonly procs: string;
  /** The most that was used since the last `resetPeak`, the page cache included. In bytes. */
  peakBytes(): number;
  resetPeak(): void;
  /** How often the kernel ended a process for want of memory. */
  kills(): number;
  /** Ends what is still in it, and removes it. */
  remove(): void;
}

interface Layout {
  readonly parent: string;
  readonly limits: (bytes: number) => readonly (readonly [file: string, text: string])[];
  readonly peak: string;
  /** What is written there to forget the peak. */
  readonly forget: string;
  readonly events: string;
}

const V1: Layout = {
  parent: '/sys/fs/cgroup/memory',
  // The second one bounds memory and swap together. Not every kernel counts swap.
  limits: (bytes) => [
    ['memory.limit_in_bytes', `${bytes}`],
    ['memory.memsw.limit_in_bytes', `${bytes}`],
  ],
  peak: 'memory.max_usage_in_bytes',
  forget: '0',
  events: 'memory.oom_control',
};

const V2: Layout = {
  parent: '/sys/fs/cgroup',
  limits: (bytes) => [
    ['memory.max', `${bytes}`],
    ['memory.swap.max', '0'],
  ],
  peak: 'memory.peak',
  forget: '0',
  events: 'memory.events',
};

const PREFIX = 'robustmq-meta-overload-';
const REMOVE_TRIES = 200;
const PAUSE_MS = 10;

/** Makes a group. Throws where this process may not. */
export function createMemoryGroup(bytesMax: number): MemoryGroup {
  const layout = existsSync(join(V2.parent, 'cgroup.controllers')) ? V2 : V1;
  removeStale(layout.parent);
  const path = join(layout.parent, `${PREFIX}${process.pid}`);
  mkdirSync(path);
  const remove = (): void => removeGroup(path);
  // The last resort, when the run ends in a way that nobody foresaw.
  process.once('exit', remove);
  for (const [file, text] of layout.limits(bytesMax)) {
    if (existsSync(join(path, file))) writeFileSync(join(path, file), text);
  }
  const read = (file: string): string => readFileSync(join(path, file), 'utf8');
  return {
    procs: join(path, 'cgroup.procs'),
    peakBytes: () => Number(read(layout.peak)),
    resetPeak: () => writeFileSync(join(path, layout.peak), layout.forget),
    kills: () => Number(/^oom_kill (\d+)$/m.exec(read(layout.events))?.[1] ?? 0),
    remove: () => {
      remove();
      process.off('exit', remove);
    },
  };
}

/** Of runs that could not remove theirs: their number is that of a process that is gone. */
function removeStale(parent: string): void {
  for (const name of readdirSync(parent)) {
    if (!name.startsWith(PREFIX)) continue;
    if (!existsSync(`/proc/${name.slice(PREFIX.length)}`)) removeGroup(join(parent, name));
  }
}

/** Returns when it is gone: a process that was killed takes a moment to leave. */
function removeGroup(path: string): void {
  for (let attempt = 0; attempt < REMOVE_TRIES && existsSync(path); attempt++) {
    for (const line of readFileSync(join(path, 'cgroup.procs'), 'utf8').split('\n')) {
      if (line !== '') kill(Number(line));
    }
    try {
      rmdirSync(path);
    } catch {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
    }
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
