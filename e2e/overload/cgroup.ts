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
  /**
   * The most that was used since the last `resetPeak`, in bytes: the page cache included, and what
   * sockets hold. Since the beginning where the kernel cannot forget (v2 before Linux 6.12).
   */
  peakBytes(): number;
  resetPeak(): void;
  /** How often the kernel ended a process for want of memory. */
  kills(): number;
  /** Ends what is still in it, and removes it. */
  remove(): void;
}

interface Layout {
  readonly parent: string;
  /** The bound; and what also needs one, where the kernel counts it. */
  readonly limit: string;
  readonly others: (bytes: number) => readonly (readonly [file: string, text: string])[];
  readonly peaks: readonly string[];
  readonly events: string;
}

const V1: Layout = {
  parent: '/sys/fs/cgroup/memory',
  limit: 'memory.limit_in_bytes',
  // Memory and swap together, and what sockets hold, which v2 counts with the rest.
  others: (bytes) => [
    ['memory.memsw.limit_in_bytes', `${bytes}`],
    ['memory.kmem.tcp.limit_in_bytes', `${bytes}`],
  ],
  peaks: ['memory.max_usage_in_bytes', 'memory.kmem.tcp.max_usage_in_bytes'],
  events: 'memory.oom_control',
};

const V2: Layout = {
  parent: '/sys/fs/cgroup',
  limit: 'memory.max',
  others: () => [['memory.swap.max', '0']],
  peaks: ['memory.peak'],
  events: 'memory.events',
};

const PREFIX = 'robustmq-meta-overload-';
const REMOVE_TRIES = 200;
const PAUSE_MS = 10;

/** Makes a group. Throws where this process may not. */
export function createMemoryGroup(bytesMax: number): MemoryGroup {
  const layout = existsSync(join(V2.parent, 'cgroup.controllers')) ? V2 : V1;
  removeStale(layout.parent);
  if (layout === V2) writeFileSync(join(layout.parent, 'cgroup.subtree_control'), '+memory');
  const path = join(layout.parent, `${PREFIX}${process.pid}`);
  mkdirSync(path);
  const remove = (): void => removeGroup(path);
  // The last resort, when the run ends in a way that nobody foresaw.
  process.once('exit', remove);
  writeFileSync(join(path, layout.limit), `${bytesMax}`);
  for (const [file, text] of layout.others(bytesMax)) {
    if (existsSync(join(path, file))) writeFileSync(join(path, file), text);
  }
  const read = (file: string): string => readFileSync(join(path, file), 'utf8');
  return {
    procs: join(path, 'cgroup.procs'),
    peakBytes: () => layout.peaks.reduce((sum, file) => sum + Number(read(file)), 0),
    resetPeak: () => {
      for (const file of layout.peaks) forget(join(path, file));
    },
    kills: () => Number(/^oom_kill (\d+)$/m.exec(read(layout.events))?.[1] ?? 0),
    remove: () => {
      remove();
      process.off('exit', remove);
    },
  };
}

function forget(peak: string): void {
  try {
    writeFileSync(peak, '0');
  } catch {
    // Older kernels have it for reading only.
  }
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
