/** Programs of a cluster that is up: found, ended on purpose, and started again. */
import { spawn } from 'node:child_process';
import { existsSync, openSync } from 'node:fs';
import { basename, join } from 'node:path';
import { command } from '../../processes/namespaces.ts';
import { until } from '../../processes/until.ts';
import { processesOf, type SeenProcess } from '../remains.ts';
import { containerdSocket } from './node.ts';
import type { ClusterPlan, NodePlan } from './plan.ts';
import { runOf } from './run.ts';
import type { Command } from './service.ts';

const ENTER = 'nsenter';
const END_LIMIT_MS = 30_000;
const FIRST = '/first-process.ts';

const findProcess = (cluster: string, program: string): SeenProcess | undefined =>
  processesOf(cluster).find(({ words: [bin = '', script = ''] }) =>
    [bin, script].some((word) => word.endsWith(program)),
  );

/** Whether a cluster has it: one of which only the API is asked has no controllers. */
export const runs = (cluster: string, program: string): boolean =>
  findProcess(cluster, program) !== undefined;

/** By its program, or the script that node runs. Throws when there is none. */
export function processOf(cluster: string, program: string): SeenProcess {
  const found = findProcess(cluster, program);
  if (found === undefined) throw new Error(`no ${program} of ${cluster}`);
  return found;
}

/** The first process of its namespaces. */
export const firstProcessOf = (cluster: string): SeenProcess => processOf(cluster, FIRST);

/** What it was made from. */
export function planOf(cluster: string): ClusterPlan {
  const text = firstProcessOf(cluster).words.find((word) => word.startsWith('{')) ?? '';
  return JSON.parse(text) as ClusterPlan;
}

/** What `ctr` does on a node that is up. Throws what it says against it, or when nobody answers. */
export function askContainerd(cluster: string, node: NodePlan, words: readonly string[]): void {
  const { pid } = firstProcessOf(cluster);
  const asking = [planOf(cluster).programs.ctr, `--address=${containerdSocket(node)}`, ...words];
  command('nsenter', [`--mount=/proc/${pid}/ns/mnt`, ...asking]);
}

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
  process.kill(pid, signal);
  await until(`${program} has ended`, END_LIMIT_MS, () =>
    Promise.resolve(!existsSync(`/proc/${pid}`)),
  );
  const again = { words: words.slice(0, words.lastIndexOf('')), env: process.env };
  return () => startWithin(cluster, basename(program), again);
}

/** Starts a program that was one of the cluster before: it ends with it. `name`: of its log. */
export function startWithin(cluster: string, name: string, { words, env }: Command): void {
  const log = openSync(join(runOf(cluster).logs, `${name}.log`), 'a');
  const { pid } = firstProcessOf(cluster);
  const args = [`--target=${pid}`, '--mount', '--net', '--pid', ...words];
  spawn(ENTER, args, { env, stdio: ['ignore', log, log], detached: true }).unref();
}
