/** Climbs a ladder of rates with one call. */
import { leaderFirst, type ClusterUnderTest } from '../clusters/cluster.ts';
import type { Rung } from './ladder.ts';
import { handOver, WARM_UP_SECONDS, type Context } from './scenario.ts';
import type { Template } from './template.ts';

export interface Ascent {
  readonly name: string;
  readonly template: Template;
  /** Per second, of what is counted; undefined: as much as is answered. */
  readonly rates: readonly (number | undefined)[];
  /** What is counted comes in calls of so many. */
  readonly perCall: number;
  readonly clients: number;
  readonly connections: number;
  /** How many different numbers calls have. */
  readonly keys: number;
}

export async function climb(
  { loadgen, progress, settings, workspace }: Context,
  cluster: ClusterUnderTest,
  { name, template, rates, perCall, clients, connections, keys }: Ascent,
): Promise<readonly Rung[]> {
  const file = handOver(workspace, name, template);
  const rungs: Rung[] = [];
  for (const perSecond of rates) {
    progress.begin(`${name}: ${perSecond ?? 'as many as are answered'} per second`);
    const result = await loadgen.run(await leaderFirst(cluster), {
      ...{ template: file, clients, connections, keys },
      'per-second': (perSecond ?? 0) / perCall,
      'warm-up': WARM_UP_SECONDS,
      seconds: settings.seconds,
    });
    rungs.push({ perSecond, reached: result.opsPerSecond * perCall, result });
    progress.done();
  }
  return rungs;
}
