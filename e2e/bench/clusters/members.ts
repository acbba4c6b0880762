/** What is asked of the members of any cluster. */
import { until } from '../../processes/until.ts';
import { usageOf, type Usage } from '../process-usage.ts';
import { largest } from '../statistics.ts';
import type { ClusterUnderTest } from './cluster.ts';

const SERVE_LIMIT_MS = 300_000;

/** How long it took, in ms. */
export async function took(work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await work();
  return performance.now() - begin;
}

/** The most of any member. */
export function mostUsed({ members }: ClusterUnderTest): Usage {
  const all = members.map(({ pid }) => usageOf(pid ?? 0));
  const of = (pick: (usage: Usage) => number): number => largest(all.map(pick));
  return {
    cpuSeconds: of(({ cpuSeconds }) => cpuSeconds),
    rssAnonMiB: of(({ rssAnonMiB }) => rssAnonMiB),
    rssFileMiB: of(({ rssFileMiB }) => rssFileMiB),
  };
}

/** Resolves when a member answers a linearizable read. */
export const served = (cluster: ClusterUnderTest, at: number): Promise<unknown> =>
  until('the member serves', SERVE_LIMIT_MS, () => cluster.serves(at));
