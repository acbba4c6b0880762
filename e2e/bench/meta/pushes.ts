/** How soon many brokers know of changes. */
import { leaderFirst } from '../clusters/cluster.ts';
import type { PushRung } from '../loadgen.ts';
import { counts, figure, msOf } from '../report.ts';
import { withCluster } from '../scenarios/scenario.ts';
import { PATH, setSubscribe } from './calls.ts';
import { describeDoubles } from './doubles.ts';
import { kneeTargets, p99MsAt, type Rung } from './ladder.ts';
import { handOver, WARM_UP_SECONDS, type Scenario } from './scenario.ts';

const RATES = [50, 100, 150, 200, 250, 300, 400, 500, 750, 1_000];
const ASKED = 250;
const P99_MS_MAX = 200;

/** Changes are offered whatever becomes of them: not done are those that failed, and all if one did not arrive. */
export function rungOf({ perSecond, changes, missing, arrivals, replies }: PushRung): Rung {
  const failed = Object.values(replies.errors).reduce((sum, count) => sum + count, 0);
  const part = missing > 0 ? 0 : changes / (changes + failed);
  return { perSecond, reached: part * perSecond, result: arrivals };
}

export const pushes: Scenario = {
  name: 'pushes',
  about: 'from a change until many brokers know of it',
  steps: RATES.length,
  run: (context) =>
    withCluster(context.product, context.workspace, async (cluster) => {
      const { loadgen, progress, settings, workspace } = context;
      progress.begin(`registering ${settings.brokers} brokers`);
      let begun = 0;
      const rungs = await loadgen.pushes(
        await leaderFirst(cluster),
        {
          file: await describeDoubles(context, settings.brokers),
          template: handOver(workspace, 'change', setSubscribe()),
          marker: PATH,
          rates: RATES.join(','),
          seconds: settings.seconds,
          'warm-up': WARM_UP_SECONDS,
        },
        {
          filled: (words) => {
            if (begun > 0) progress.done();
            begun += 1;
            progress.begin(words.replace('filled ', 'telling of '));
          },
        },
      );
      progress.done();
      const ladder = rungs.map(rungOf);
      return {
        targets: [
          {
            what: `${ASKED} changes/s told to ${settings.brokers} brokers, p99`,
            unit: 'ms',
            measured: p99MsAt(ladder, ASKED),
            asked: { bound: 'at most', value: P99_MS_MAX },
            digits: 1,
          },
          ...kneeTargets(
            { what: `changes told to ${settings.brokers} brokers`, unit: 'changes/s' },
            ladder,
            P99_MS_MAX,
          ),
        ],
        tables: [
          {
            title: `Changes told to ${settings.brokers} brokers`,
            head: [
              ...['changes/s', 'arrivals', 'missing', 'p50 ms', 'p99 ms', 'largest ms'],
              ...['p99 ms of replies', 'errors'],
            ],
            rows: rungs.map(({ perSecond, arrivals, missing, replies }) => [
              figure(perSecond),
              figure(arrivals.ops),
              figure(missing),
              ...[arrivals.p50Us, arrivals.p99Us, arrivals.maxUs, replies.p99Us].map(msOf),
              counts(replies.errors),
            ]),
            note: `Changes are subscriptions, sent at these rates whatever becomes of those before. An arrival is counted from when the change is sent to when one broker has it. Replies wait until all brokers know, for 200 ms at most. The knee is the highest rate at which all arrives.`,
          },
        ],
      };
    }),
};
