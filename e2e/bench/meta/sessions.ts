/** How fast sessions of MQTT clients come, while brokers are told of them. */
import { withCluster } from '../scenarios/scenario.ts';
import { createSessions } from './calls.ts';
import { climb } from './climb.ts';
import { withDoubles } from './doubles.ts';
import { kneeTargets, ladderTable, type Rung } from './ladder.ts';
import type { Found, Scenario } from './scenario.ts';

const DOUBLES = 3;
const KEYS = 1_000_000;
const CONNECTIONS = 16;
/** A client that connects does not feel this. */
const P99_MS_MAX = 100;

interface Way {
  readonly words: string;
  readonly perCall: number;
  readonly clients: number;
  readonly rates: readonly (number | undefined)[];
  readonly perSecondMin: number;
}

const WAYS: readonly Way[] = [
  {
    words: 'one per call',
    perCall: 1,
    clients: 256,
    rates: [1_000, 2_500, 5_000, 6_000, 7_500, 10_000, undefined],
    perSecondMin: 5_000,
  },
  {
    words: 'in hundreds',
    perCall: 100,
    clients: 16,
    rates: [5_000, 10_000, 20_000, 25_000, 30_000, 40_000, undefined],
    perSecondMin: 20_000,
  },
];

/** @param rungs the last one as fast as answers come. */
const foundOf = ({ words, perSecondMin }: Way, rungs: readonly Rung[]): Found => ({
  targets: [
    {
      what: `CreateSession ${words}, at full load`,
      unit: 'sessions/s',
      measured: rungs.at(-1)?.reached ?? NaN,
      asked: { bound: 'at least', value: perSecondMin },
    },
    ...kneeTargets({ what: `CreateSession ${words}`, unit: 'sessions/s' }, rungs, P99_MS_MAX),
  ],
  tables: [
    ladderTable(
      `CreateSession ${words}, ${DOUBLES} brokers`,
      rungs,
      P99_MS_MAX,
      `Rates are of sessions, times of calls. Kept: at least 99 % is done, with a p99 of at most ${P99_MS_MAX} ms. All: each client calls again when it has its answer.`,
    ),
  ],
});

export const sessions: Scenario = {
  name: 'sessions',
  about: 'sessions of MQTT clients, one by one and in hundreds, while brokers are told',
  steps: WAYS.flatMap(({ rates }) => rates).length,
  run: (context) =>
    withCluster(context.product, context.workspace, async (cluster) => {
      const { value, records } = await withDoubles(context, cluster, DOUBLES, async () => {
        const found: Found[] = [];
        for (const way of WAYS) {
          const rungs = await climb(context, cluster, {
            ...way,
            name: `sessions ${way.words}`,
            template: createSessions(way.perCall),
            connections: CONNECTIONS,
            keys: KEYS,
          });
          found.push(foundOf(way, rungs));
        }
        return found;
      });
      if (records === 0) throw new Error('no broker was told of any session');
      return {
        targets: value.flatMap(({ targets }) => targets),
        tables: value.flatMap(({ tables }) => tables),
      };
    }),
};
