/** What a cluster leaves on the machine once its processes and mounts are gone. */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { command } from '../../processes/namespaces.ts';
import { until } from '../../processes/until.ts';
import { removeCgroups } from './cgroups.ts';
import { nodePlan } from './plan.ts';
import type { Run } from './run.ts';

const LIMIT_MS = 10_000;

/** Removes it, as often as one likes. None of its processes may run any more. */
export async function removeTraces(run: Run): Promise<void> {
  await removeCgroups(nodePlan(run, 0).cgroup.replace(/0$/, ''));
  // A process that was killed may still hold a file for a moment.
  await until(`${run.directory} can be removed`, LIMIT_MS, () => {
    rmSync(run.directory, { recursive: true, force: true });
    return Promise.resolve(!existsSync(run.directory));
  });
}

/** Takes away what is mounted below the directory, for the first process of a cluster. */
export function unmount({ directory }: Run): void {
  const paths = readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '')
    .filter((path) => path.startsWith(`${directory}/`));
  // The last ones first: they may be on others.
  for (const path of paths.reverse()) command('umount', ['--lazy', path]);
}
