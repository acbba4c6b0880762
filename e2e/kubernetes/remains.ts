/** What a cluster would leave on the machine if its end were not complete. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { command } from '../processes/namespaces.ts';
import { hierarchies } from './cluster/cgroups.ts';
import { runOf } from './cluster/run.ts';

/** Lines that say what is still there of the cluster of this name. */
export function remainsOf(name: string): readonly string[] {
  const { directory } = runOf(name);
  const lines = (text: string): readonly string[] =>
    text.split('\n').filter((line) => line.includes(directory));
  return [
    ...(existsSync(directory) ? [directory] : []),
    ...processesOf(name).map(({ pid, words }) => `${pid} ${words.slice(0, 2).join(' ')}`),
    ...lines(readFileSync('/proc/self/mounts', 'utf8')),
    ...lines(command('losetup', ['--list', '--noheadings', '--output', 'BACK-FILE'])),
    ...hierarchies().flatMap((parent) =>
      readdirSync(parent)
        .filter((group) => group.startsWith(`robustmq-k8s-${name}-`))
        .map((group) => join(parent, group)),
    ),
  ];
}

export interface SeenProcess {
  readonly pid: number;
  /** What it was started with. */
  readonly words: readonly string[];
}

/** Those that were started with the directory of the cluster of this name in what they were told. */
export function processesOf(name: string): readonly SeenProcess[] {
  const { directory } = runOf(name);
  return processes().filter(({ words }) => words.some((word) => word.includes(directory)));
}

/** Every process that is seen from here, but this one. */
export function processes(): readonly SeenProcess[] {
  return readdirSync('/proc').flatMap((entry) => {
    if (!/^[0-9]+$/.test(entry) || entry === String(process.pid)) return [];
    try {
      const words = readFileSync(`/proc/${entry}/cmdline`, 'utf8').split('\0');
      return [{ pid: Number(entry), words }];
    } catch {
      // It has just ended.
      return [];
    }
  });
}

/** Its group of processes in each hierarchy; empty when it has ended by itself. */
export function cgroupsOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cgroup`, 'utf8');
  } catch {
    return '';
  }
}

/** To each of them that has not ended by itself. */
export function signalAll(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch {
      // It has ended by itself.
    }
  }
}
