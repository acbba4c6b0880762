import type { Config } from '../config/settings.ts';
import { createConnectorScheduler } from '../controllers/brokers/connector-scheduler.ts';
import { createDeletions } from '../controllers/brokers/deletions.ts';
import { dueTimers } from '../controllers/brokers/due-timers.ts';
import { createExpirations } from '../controllers/brokers/expirations.ts';
import { handOvers } from '../controllers/brokers/hand-overs.ts';
import { createLifecycleController } from '../controllers/brokers/lifecycle-controller.ts';
import { createLostSessions } from '../controllers/brokers/lost-sessions.ts';
import { createNodeExpiry } from '../controllers/brokers/node-expiry.ts';
import { createSegmentEpochs } from '../controllers/brokers/segment-epochs.ts';
import { createSegmentKeeper } from '../controllers/brokers/segment-keeper.ts';
import { ASK_MS_MAX, createBrokerCalls } from './broker-calls.ts';
import { nowMs, timeMs } from './clocks.ts';
import type { Core } from './core.ts';

/** No pause in which this process did not look counts for more. */
const STRIDE_MS_MAX = 1_000;
/** As the original does it. */
const FILL_MS = 30_000;
const DELETION_ROUND_MS = 5_000;
const OFFSETS_EVERY_MS = 10_000;
const MAILS_EVERY_MS = 60_000;

/** What a leader sees to for brokers. Call `pass` now and then. */
export function createBrokersLoop(
  config: Config,
  { node, heartbeats, wills }: Pick<Core, 'heartbeats' | 'node' | 'wills'>,
): { pass(): void } {
  const listening = { timeoutMs: config['brokers.heartbeat_timeout'], strideMsMax: STRIDE_MS_MAX };
  return createLifecycleController({
    node,
    heartbeats,
    calls: createBrokerCalls(),
    defer: setImmediate,
    nowMs,
    timeMs,
    duties: () => [
      createNodeExpiry({ ...listening, askMsMax: ASK_MS_MAX }),
      createConnectorScheduler(listening),
      createSegmentKeeper({
        rebalanceMs: config['brokers.rebalance_interval'],
        movesMax: config['brokers.rebalance_moves'],
        fillMs: FILL_MS,
      }),
      createDeletions({ roundMs: DELETION_ROUND_MS }),
      ...createExpirations({
        offsetsMs: config['brokers.offsets_expire'],
        offsetsEveryMs: OFFSETS_EVERY_MS,
        mailsEveryMs: MAILS_EVERY_MS,
      }),
      handOvers,
      createSegmentEpochs(),
      createLostSessions(),
      dueTimers,
      wills,
    ],
  });
}
