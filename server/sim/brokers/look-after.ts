/** The loop of real leaders around brokers, in a simulated member. */
import { createConnectorScheduler } from '../../controllers/brokers/connector-scheduler.ts';
import { createDeletions } from '../../controllers/brokers/deletions.ts';
import { dueTimers } from '../../controllers/brokers/due-timers.ts';
import { handOvers } from '../../controllers/brokers/hand-overs.ts';
import { createLifecycleController } from '../../controllers/brokers/lifecycle-controller.ts';
import { createLostSessions } from '../../controllers/brokers/lost-sessions.ts';
import { createNodeExpiry } from '../../controllers/brokers/node-expiry.ts';
import { createSegmentEpochs } from '../../controllers/brokers/segment-epochs.ts';
import { createSegmentKeeper } from '../../controllers/brokers/segment-keeper.ts';
import type { Defer } from '../../ports/clock.ts';
import type { Process } from '../world/host.ts';
import { readClock } from '../world/local-clock.ts';
import type { World } from '../world/world.ts';
import { createSimulatedCalls, hasBrokers } from './brokers.ts';
import { ASK_MS_MAX, HEARTBEAT_TIMEOUT_MS, LOOK_MS } from './options.ts';
import { unixMs } from './unix-time.ts';

/** To be called with every tick. */
export function lookAfterBrokers(world: World, process: Process, defer: Defer): () => void {
  if (!hasBrokers(world.plan.seed)) return () => undefined;
  const { node, heartbeats, wills, clock } = process;
  const now = (): number => readClock(clock, world.queue.nowUs);
  const listening = { timeoutMs: HEARTBEAT_TIMEOUT_MS, strideMsMax: 2 * LOOK_MS };
  const controller = createLifecycleController({
    node,
    heartbeats,
    calls: createSimulatedCalls(world, process),
    defer,
    nowMs: now,
    timeMs: () => unixMs(world),
    duties: () => [
      createNodeExpiry({ ...listening, askMsMax: ASK_MS_MAX }),
      createConnectorScheduler(listening),
      createSegmentKeeper({ rebalanceMs: 2_000, movesMax: 5, fillMs: 2_000 }),
      createDeletions({ roundMs: 500 }),
      handOvers,
      createSegmentEpochs(),
      createLostSessions(),
      dueTimers,
      wills,
    ],
  });
  let lookedMs = -Infinity;
  return () => {
    if (now() - lookedMs < LOOK_MS) return;
    lookedMs = now();
    controller.pass();
  };
}
