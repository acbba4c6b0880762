/** Whether a leader keeps its office while it has more to do than it can, for long. */
import { leaderFirst, type ClusterUnderTest } from '../clusters/cluster.ts';
import { usageOf } from '../process-usage.ts';
import { counts, figure, msOf } from '../report.ts';
import { largest } from '../statistics.ts';
import { CONNECTIONS, SIZES, withCluster, type Scenario } from './scenario.ts';

const CLIENTS = 1_000;
const KEYS = 10_000;
const SECONDS_PER_MINUTE = 60;

const rssAnonMiB = ({ members }: ClusterUnderTest): number =>
  largest(members.map(({ pid }) => usageOf(pid ?? 0).rssAnonMiB));

export const saturation: Scenario = {
  name: 'saturation',
  about: `whether the leader changes while ${CLIENTS} clients write as fast as they can`,
  steps: () => 1,
  run: async ({ products, workspace, progress, loadgen, settings }) => {
    const { saturationMinutes } = settings;
    const rows: (readonly string[])[] = [];
    for (const product of products) {
      progress.begin(`${product.name}: ${saturationMinutes} min of saturation`);
      await withCluster(product, workspace, async (cluster) => {
        const before = await cluster.term();
        const result = await loadgen.run(await leaderFirst(cluster), {
          ...SIZES,
          op: 'put',
          clients: CLIENTS,
          connections: CONNECTIONS,
          keys: KEYS,
          seconds: saturationMinutes * SECONDS_PER_MINUTE,
        });
        rows.push([
          product.name,
          figure((await cluster.term()) - before),
          figure(result.opsPerSecond),
          msOf(result.p50Us),
          msOf(result.p99Us),
          msOf(result.maxUs),
          figure(rssAnonMiB(cluster)),
          counts(result.errors),
        ]);
      });
      progress.done();
    }
    return [
      {
        title: `${saturationMinutes} minutes of writes by ${CLIENTS} clients`,
        head: [
          ...['product', 'later terms', 'writes/s', 'p50 ms', 'p99 ms', 'largest ms'],
          ...['RssAnon MiB, largest member', 'errors'],
        ],
        rows,
      },
    ];
  },
};
