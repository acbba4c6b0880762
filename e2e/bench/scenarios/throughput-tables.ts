/** Tables of throughput: medians of the rounds, ours beside the peer's. */
import type { Operation, RunResult } from '../loadgen.ts';
import { counts, figure, msOf, ratio, type ReportTable } from '../report.ts';
import { mean, median } from '../statistics.ts';

/** What one member took for one measurement. */
export interface MemberCost {
  readonly leads: boolean;
  readonly cpuSeconds: number;
  /** At the end. */
  readonly rssAnonMiB: number;
}

/** One measurement of one round. */
export interface Sample {
  readonly product: string;
  readonly operation: Operation;
  readonly clients: number;
  readonly result: RunResult;
  readonly members: readonly MemberCost[];
}

const TITLES: Readonly<Record<Operation, string>> = {
  put: 'Writes',
  get: 'Linearizable reads',
  'get-stale': 'Stale reads',
};

const OURS = 'robustmq-meta';
const PEER = 'etcd';

const clientsIn = (samples: readonly Sample[]): readonly number[] => [
  ...new Set(samples.map(({ clients }) => clients)),
];

const of = (samples: readonly Sample[], product: string, clients: number): readonly Sample[] =>
  samples.filter((sample) => sample.product === product && sample.clients === clients);

function errorsOf(samples: readonly Sample[]): string {
  const sums: Record<string, number> = {};
  for (const { product, result } of samples) {
    for (const [kind, count] of Object.entries(result.errors)) {
      const name = `${product} ${kind}`;
      sums[name] = (sums[name] ?? 0) + count;
    }
  }
  return counts(sums);
}

/** Operations per second and latencies, by number of clients. */
export function speedTable(operation: Operation, samples: readonly Sample[]): ReportTable {
  const row = (clients: number): readonly string[] => {
    const ours = of(samples, OURS, clients).map(({ result }) => result);
    const peer = of(samples, PEER, clients).map(({ result }) => result);
    const pair = (pick: (result: RunResult) => number): [ours: number, peer: number] => [
      median(ours.map(pick)),
      median(peer.map(pick)),
    ];
    const speed = pair(({ opsPerSecond }) => opsPerSecond);
    const p50 = pair(({ p50Us }) => p50Us);
    const p99 = pair(({ p99Us }) => p99Us);
    return [
      figure(clients),
      ...speed.map((value) => figure(value)),
      ratio(...speed),
      ...p50.map(msOf),
      ...p99.map(msOf),
      ratio(...p99),
      errorsOf(samples.filter((sample) => sample.clients === clients)),
    ];
  };
  return {
    title: TITLES[operation],
    head: [
      'clients',
      `${OURS} /s`,
      `${PEER} /s`,
      'ratio',
      `p50 ms ${OURS}`,
      PEER,
      `p99 ms ${OURS}`,
      PEER,
      'ratio',
      'errors',
    ],
    rows: clientsIn(samples).map(row),
    note: 'Each cluster had carried out the operation for some time before, as one does that is in use.',
  };
}

/** Processor time and memory of leaders and followers, by number of clients. */
export function costTable(operation: Operation, samples: readonly Sample[]): ReportTable {
  const row = (clients: number, product: string): readonly string[] => {
    const own = of(samples, product, clients);
    const cost = (leads: boolean, pick: (member: MemberCost) => number): number =>
      median(
        own.map(({ members }) => mean(members.filter((each) => each.leads === leads).map(pick))),
      );
    const cpu = (member: MemberCost): number => member.cpuSeconds;
    const memory = (member: MemberCost): number => member.rssAnonMiB;
    const perOperation = own.map(
      ({ members, result }) => (mean(members.map(cpu)) * members.length * 1e6) / result.ops,
    );
    return [
      figure(clients),
      product,
      figure(cost(true, cpu), 2),
      figure(cost(false, cpu), 2),
      figure(median(perOperation), 1),
      figure(cost(true, memory)),
      figure(cost(false, memory)),
    ];
  };
  const products = [...new Set(samples.map(({ product }) => product))];
  return {
    title: `${TITLES[operation]}: cost`,
    head: [
      'clients',
      'product',
      'CPU s leader',
      'CPU s follower',
      'CPU µs per operation, all members',
      'RssAnon MiB leader',
      'RssAnon MiB follower',
    ],
    rows: clientsIn(samples).flatMap((clients) => products.map((each) => row(clients, each))),
  };
}
