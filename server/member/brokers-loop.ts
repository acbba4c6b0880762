import type { Config } from '../config/settings.ts';
import { createLifecycleController } from '../controllers/brokers/lifecycle-controller.ts';
import { createNodeExpiry } from '../controllers/brokers/node-expiry.ts';
import { nowMs, timeMs } from './clocks.ts';
import type { Core } from './core.ts';
import { PASS_MS } from './settings.ts';

/** What a leader sees to for brokers. Call `pass` now and then. */
export const createBrokersLoop = (
  config: Config,
  { node, heartbeats }: Pick<Core, 'heartbeats' | 'node'>,
): { pass(): void } =>
  createLifecycleController({
    node,
    heartbeats,
    nowMs,
    timeMs,
    duties: () => {
      const listening = {
        timeoutMs: config['brokers.heartbeat_timeout'],
        strideMsMax: 2 * PASS_MS,
      };
      return [createNodeExpiry(listening)];
    },
  });
