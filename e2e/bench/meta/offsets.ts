/** How fast brokers save how far groups of consumers have come. */
import { withCluster } from '../scenarios/scenario.ts';
import { saveOffsets } from './calls.ts';
import { climb } from './climb.ts';
import { kneeTargets, ladderTable, p99MsAt } from './ladder.ts';
import type { Scenario } from './scenario.ts';

/** A broker saves every 20 ms what was committed. */
const CALLS_PER_BROKER = 50;
const PARTS = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 1];
const HALF = 0.5;
const P99_MS_MAX = 20;
const GROUPS = 10_000;

export const offsets: Scenario = {
  name: 'offsets',
  about: 'offsets that many brokers save, from a tenth of the full load to all of it',
  steps: PARTS.length,
  run: (context) =>
    withCluster(context.product, context.workspace, async (cluster) => {
      const { brokers } = context.settings;
      const full = brokers * CALLS_PER_BROKER;
      const rungs = await climb(context, cluster, {
        name: 'offsets',
        template: saveOffsets(1),
        rates: PARTS.map((part) => part * full),
        perCall: 1,
        clients: brokers,
        connections: brokers,
        keys: GROUPS,
      });
      return {
        targets: [
          {
            what: `SaveOffsetData of ${brokers} brokers, p99 at half load`,
            unit: 'ms',
            measured: p99MsAt(rungs, HALF * full),
            asked: { bound: 'at most', value: P99_MS_MAX },
            digits: 1,
          },
          ...kneeTargets({ what: 'SaveOffsetData', unit: 'calls/s' }, rungs, P99_MS_MAX),
          {
            what: 'SaveOffsetData, at full load',
            unit: 'calls/s',
            measured: rungs.at(-1)?.reached ?? NaN,
          },
        ],
        tables: [
          ladderTable(
            `SaveOffsetData, ${brokers} brokers`,
            rungs,
            P99_MS_MAX,
            `Each broker has a connection of its own and one call at a time, of one offset; full load is a call every 20 ms of each. Kept: at least 99 % is done, with a p99 of at most ${P99_MS_MAX} ms.`,
          ),
        ],
      };
    }),
};
