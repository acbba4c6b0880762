/** How much many clients get done, how long each waits, and what it costs the members. */
import { leaderFirst, type ClusterUnderTest } from '../clusters/cluster.ts';
import type { Destination, Operation, RunResult } from '../loadgen.ts';
import { usageOf, type Usage } from '../process-usage.ts';
import type { ReportTable } from '../report.ts';
import { costTable, speedTable, type Sample } from './throughput-tables.ts';
import { CONNECTIONS, SIZES, withCluster, type Context, type Scenario } from './scenario.ts';

const KEYS = 10_000;
const FILL_LIMIT_SECONDS = 120;
const WARM_UP_CLIENTS = 64;

/** Stale reads use every member, as their users would; all others go where the leader is. */
const destinationOf = async (
  cluster: ClusterUnderTest,
  operation: Operation,
): Promise<Destination> =>
  operation === 'get-stale'
    ? { target: cluster.target, endpoints: cluster.staleEndpoints }
    : leaderFirst(cluster);

const usages = ({ members }: ClusterUnderTest): readonly Usage[] =>
  members.map(({ pid }) => usageOf(pid ?? 0));

const loadOf = ({ stalePrefix }: ClusterUnderTest, operation: Operation) => ({
  ...SIZES,
  op: operation,
  connections: CONNECTIONS,
  keys: KEYS,
  spread: operation === 'get-stale',
  'row-prefix': stalePrefix,
});

async function measure(
  { loadgen, settings }: Context,
  cluster: ClusterUnderTest,
  operation: Operation,
  clients: number,
): Promise<Omit<Sample, 'product'>> {
  let [before, after] = [usages(cluster), usages(cluster)];
  const leader = await cluster.leader();
  const result: RunResult = await loadgen.run(
    await destinationOf(cluster, operation),
    { ...loadOf(cluster, operation), clients, seconds: settings.seconds },
    {
      measuring: () => {
        before = usages(cluster);
      },
      measured: () => {
        after = usages(cluster);
      },
    },
  );
  const members = after.map((usage, at) => ({
    leads: at === leader,
    cpuSeconds: usage.cpuSeconds - (before[at]?.cpuSeconds ?? NaN),
    rssAnonMiB: usage.rssAnonMiB,
  }));
  return { operation, clients, result, members };
}

/** A server that has just been started compiles what it does often, or fills its caches, for some time. */
async function warmUp(
  { loadgen, settings }: Context,
  cluster: ClusterUnderTest,
  operation: Operation,
): Promise<void> {
  await loadgen.run(await destinationOf(cluster, operation), {
    ...loadOf(cluster, operation),
    clients: WARM_UP_CLIENTS,
    seconds: settings.warmUpSeconds,
  });
}

async function samplesOf(context: Context, operations: readonly Operation[]): Promise<Sample[]> {
  const { products, settings, workspace, progress, loadgen } = context;
  const samples: Sample[] = [];
  for (let round = 1; round <= settings.rounds; round += 1) {
    for (const product of products) {
      await withCluster(product, workspace, async (cluster) => {
        await loadgen.fill(await leaderFirst(cluster), {
          ...SIZES,
          keys: KEYS,
          connections: CONNECTIONS,
          seconds: FILL_LIMIT_SECONDS,
        });
        for (const operation of operations) {
          progress.begin(`${product.name}, round ${round}: ${operation}, to warm up`);
          await warmUp(context, cluster, operation);
          for (const clients of settings.clients) {
            progress.begin(`${product.name}, round ${round}: ${operation} by ${clients} clients`);
            const sample = await measure(context, cluster, operation, clients);
            samples.push({ product: product.name, ...sample });
            progress.done();
          }
        }
      });
    }
  }
  return samples;
}

/** Measures each operation with each number of clients. */
export function createThroughput(
  name: string,
  about: string,
  operations: readonly Operation[],
): Scenario {
  return {
    name,
    about,
    steps: ({ clients, rounds }) => clients.length * rounds * operations.length,
    run: async (context): Promise<readonly ReportTable[]> => {
      const samples = await samplesOf(context, operations);
      return operations.flatMap((operation) => {
        const own = samples.filter((sample) => sample.operation === operation);
        return [speedTable(operation, own), costTable(operation, own)];
      });
    },
  };
}
