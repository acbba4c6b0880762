/** Programs of a cluster that is up: found, ended on purpose, and started again. */
import { spawn } from 'node:child_process';
import { existsSync, openSync } from 'node:fs';
import { basename, join } from 'node:path';
import { until } from '../../processes/until.ts';
import { processesOf, type SeenProcess } from '../remains.ts';
import { runOf } from './run.ts';

const ENTER = 'nsenter';
const END_LIMIT_MS = 30_000;
const FIRST = '/first-process.ts';

/** By its program, or the script that node runs. Throws when there is none. */
export function processOf(cluster: string, program: string): SeenProcess {
  const found = processesOf(cluster).find(({ words: [bin = '', script = ''] }) =>
    [bin, script].some((word) => word.endsWith(program)),
  );
  if (found === undefined) throw new Error(`no ${program} of ${cluster}`);
  return found;
}

/** The first process of its namespaces. */
export const firstProcessOf = (cluster: string): SeenProcess => processOf(cluster, FIRST);

/**
 * Ends a program of the control plane; resolves when it has ended.
 *
 * @returns what starts it again as it was started, in the namespaces of the cluster: it ends with them.
 */
export async function endProgram(
  cluster: string,
  program: string,
  signal: 'SIGKILL' | 'SIGTERM',
): Promise<() => void> {
  const { pid, words } = processOf(cluster, program);
  const { pid: first } = firstProcessOf(cluster);
  process.kill(pid, signal);
  await until(`${program} has ended`, END_LIMIT_MS, () =>
    Promise.resolve(!existsSync(`/proc/${pid}`)),
  );
  return () => {
    const log = openSync(join(runOf(cluster).logs, `${basename(program)}.log`), 'a');
    const within = [ENTER, `--target=${first}`, '--mount', '--net', '--pid'];
    const [bin = '', ...args] = [...within, ...words.slice(0, words.lastIndexOf(''))];
    spawn(bin, args, { stdio: ['ignore', log, log], detached: true }).unref();
  };
}
