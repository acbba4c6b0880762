/** What very many rows cost: memory, starting again, and a new member. */
import { setTimeout as sleep } from 'node:timers/promises';
import { leaderFirst, MEMBERS, type Product } from '../clusters/cluster.ts';
import { mostUsed, served, took } from '../clusters/members.ts';
import type { Usage } from '../process-usage.ts';
import { figure, ratio } from '../report.ts';
import { CONNECTIONS, SIZES, withCluster, type Context, type Scenario } from './scenario.ts';

const FILL_CLIENTS = 256;
const FILL_LIMIT_SECONDS = 1_200;
/** What was written is at rest by then: flushed, compacted, collected. */
const REST_MS = 10_000;

interface Measured {
  readonly product: string;
  readonly fillPerSecond: number;
  readonly filled: Usage;
  readonly restartMs: number;
  readonly restarted: Usage;
  readonly clusterMs: number;
  readonly learnerMs: number;
}

async function measure(context: Context, product: Product): Promise<Measured> {
  const { loadgen, workspace, progress, settings } = context;
  return withCluster(product, workspace, async (cluster) => {
    const step = (what: string): void => progress.begin(`${product.name}: ${what}`);
    step(`writing ${figure(settings.keys)} keys`);
    const fill = await loadgen.fill(
      await leaderFirst(cluster),
      {
        ...SIZES,
        keys: settings.keys,
        clients: FILL_CLIENTS,
        connections: CONNECTIONS,
        seconds: FILL_LIMIT_SECONDS,
      },
      { filled: step },
    );
    if (fill.ops !== settings.keys) throw new Error(`only ${fill.ops} keys were written`);
    await sleep(REST_MS);
    const filled = mostUsed(cluster);
    progress.done();

    step('starting a member again');
    const follower = ((await cluster.leader()) + 1) % MEMBERS;
    await cluster.members[follower]?.end('SIGTERM');
    const restartMs = await took(() => {
      cluster.members[follower]?.start();
      return served(cluster, follower);
    });
    progress.done();

    step('starting all members again');
    await Promise.all(cluster.members.map((member) => member.end('SIGKILL')));
    const clusterMs = await took(() => {
      for (const member of cluster.members) member.start();
      return served(cluster, follower);
    });
    await Promise.all(cluster.members.map((_, at) => served(cluster, at)));
    await sleep(REST_MS);
    const restarted = mostUsed(cluster);
    progress.done();

    step('adding a learner');
    // What else was measured is not given up for a peer that does not get there.
    const learnerMs = await took(() => cluster.addLearner()).catch((error: unknown) => {
      console.error(`${product.name}: ${String(error)}`);
      return NaN;
    });
    progress.done();
    const { name } = product;
    const fillPerSecond = fill.opsPerSecond;
    return { product: name, fillPerSecond, filled, restartMs, restarted, clusterMs, learnerMs };
  });
}

const ROWS: readonly [what: string, value: (of: Measured) => number, digits: number][] = [
  ['writes/s while filling', ({ fillPerSecond }) => fillPerSecond, 0],
  ['RssAnon MiB after filling, largest member', ({ filled }) => filled.rssAnonMiB, 0],
  ['RssFile MiB after filling, largest member', ({ filled }) => filled.rssFileMiB, 0],
  ['RssAnon MiB after a restart, largest member', ({ restarted }) => restarted.rssAnonMiB, 0],
  ['RssFile MiB after a restart, largest member', ({ restarted }) => restarted.rssFileMiB, 0],
  ['one member again, s until it serves', ({ restartMs }) => restartMs / 1000, 2],
  ['all members again, s until one serves', ({ clusterMs }) => clusterMs / 1000, 2],
  ['a new learner, s until it caught up', ({ learnerMs }) => learnerMs / 1000, 2],
];

export const million: Scenario = {
  name: 'million',
  about: 'memory, start-up and catch-up of a learner with very many keys',
  steps: () => 4,
  run: async (context) => {
    const measured: Measured[] = [];
    for (const product of context.products) measured.push(await measure(context, product));
    const ours = measured.find(({ product }) => product === 'robustmq-meta');
    const peer = measured.find(({ product }) => product === 'etcd');
    const rows = ROWS.map(([what, value, digits]) => {
      const pair: [number, number] = [ours ? value(ours) : NaN, peer ? value(peer) : NaN];
      return [what, ...pair.map((each) => figure(each, digits)), ratio(...pair)];
    });
    return [
      {
        title: `${figure(context.settings.keys)} keys`,
        head: ['', 'robustmq-meta', 'etcd', 'ratio'],
        rows,
        note: '“Serves” is a linearizable read through that very member; a member is stopped by SIGTERM, all together by SIGKILL. –: not within minutes.',
      },
    ];
  },
};
