/** The real push controller, in a simulated member. */
import { createPushController } from '../../controllers/pushes/push-controller.ts';
import type { PushController } from '../../controllers/pushes/push-controller.ts';
import type { NodeObserver } from '../../node/node.ts';
import { toIndex } from '../../raft/ids.ts';
import type { Index } from '../../raft/ids.ts';
import type { Push } from '../../state/resources/push.ts';
import type { Place } from '../observation.ts';
import { createPrng } from '../prng.ts';
import { schedule, scheduleSoon } from '../world/event-queue.ts';
import type { Process } from '../world/host.ts';
import { readClock, virtualUs } from '../world/local-clock.ts';
import { deliver } from '../world/world.ts';
import type { World } from '../world/world.ts';
import { hasBrokers } from './brokers.ts';
import { createCacheUpdates } from './cache-updates.ts';
import { drawPushOptions, SKEW_MS_MAX } from './options.ts';
import { unixMs } from './unix-time.ts';

export interface Telling {
  readonly pushes: PushController | undefined;
  /** What the node is to be given. */
  readonly observer: NodeObserver;
}

/**
 * Of a process that is whole as soon as anything of it runs, in runs that have brokers.
 *
 * @param watcher sees what the controller sees, before it.
 */
export function tellBrokers(world: World, process: Process, watcher: NodeObserver): Telling {
  const { seed } = world.plan;
  if (!hasBrokers(seed)) return { pushes: undefined, observer: watcher };
  const { clock, actor } = process;
  const prng = createPrng(seed, `telling ${actor.directory} ${actor.incarnation}`);
  const skewMs = prng.between(-SKEW_MS_MAX, SKEW_MS_MAX);
  /** What an entry told is held as it was, so its place is known of it. */
  const places = new WeakMap<Push, Place>();
  const turned = createTurned();
  const pushes = createPushController(
    {
      node: {
        propose: (command, done) => process.node.propose(command, done),
        range: (prefix, after) => process.node.range(prefix, after),
        read: (done) => process.node.read(done),
        row: (key) => process.node.row(key),
        status: () => process.node.status(),
      },
      updates: createCacheUpdates(world, process, {
        placeOf: (push) => places.get(push),
        turnedTo: () => turned.to(),
      }),
      reached: (broker) => process.heartbeats.reached(broker),
      clock: { nowMs: () => readClock(clock, world.queue.nowUs) },
      wallMs: () => unixMs(world) + skewMs,
      defer: (turn) =>
        scheduleSoon(world.queue, () =>
          deliver(world, process, () => {
            turned.turns();
            turn();
          }),
        ),
      after: (ms, task) => {
        let isOff = false;
        // Never too early, be it by a part of a microsecond: who waits for a time would wait again, for nothing.
        schedule(world.queue, Math.ceil(virtualUs(clock, ms)) + 1, () =>
          deliver(world, process, () => {
            if (!isOff) task();
          }),
        );
        return () => void (isOff = true);
      },
      random: () => prng.fraction(),
    },
    drawPushOptions(createPrng(seed, 'push options')),
  );
  const { applied, restored, stepped } = pushes.observer;
  return {
    pushes,
    observer: {
      ...watcher,
      stepped: (...step) => {
        watcher.stepped?.(...step);
        if (process.alive) stepped(...step);
      },
      applied: (entry, told) => {
        watcher.applied?.(entry, told);
        turned.applied(entry.index);
        for (const [at, push] of told.entries()) places.set(push, { index: entry.index, at });
        if (process.alive) applied(entry, told);
      },
      restored: (...state) => {
        watcher.restored?.(...state);
        if (process.alive) restored(...state);
      },
    },
  };
}

/** What was applied when the last turn began. */
function createTurned() {
  let applied = toIndex(0);
  let turned = toIndex(0);
  return {
    applied: (index: Index): void => void (applied = index),
    turns: (): void => void (turned = applied),
    to: (): Index => turned,
  };
}
