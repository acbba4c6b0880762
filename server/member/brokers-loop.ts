import type { Config } from '../config/settings.ts';
import { createConnectorScheduler } from '../controllers/brokers/connector-scheduler.ts';
import { dueTimers } from '../controllers/brokers/due-timers.ts';
import { createLifecycleController } from '../controllers/brokers/lifecycle-controller.ts';
import { createLostSessions } from '../controllers/brokers/lost-sessions.ts';
import { createNodeExpiry } from '../controllers/brokers/node-expiry.ts';
import { createWillCourier } from '../controllers/brokers/will-courier.ts';
import { createBrokerCalls } from './broker-calls.ts';
import { nowMs, timeMs } from './clocks.ts';
import type { Core } from './core.ts';
import { PASS_MS } from './settings.ts';

/** What a leader sees to for brokers. Call `pass` now and then. */
export function createBrokersLoop(
  config: Config,
  { node, heartbeats }: Pick<Core, 'heartbeats' | 'node'>,
): { pass(): void } {
  const listening = { timeoutMs: config['brokers.heartbeat_timeout'], strideMsMax: 2 * PASS_MS };
  const wills = createWillCourier();
  return createLifecycleController({
    node,
    heartbeats,
    calls: createBrokerCalls(),
    nowMs,
    timeMs,
    duties: () => [
      createNodeExpiry(listening),
      createConnectorScheduler(listening),
      createLostSessions(),
      dueTimers,
      wills,
    ],
  });
}
