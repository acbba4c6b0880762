import { collectGarbage } from './kubernetes/garbage-collector.ts';
import { stepKubelet } from './kubernetes/kubelet.ts';
import { stepStatefulSets } from './kubernetes/stateful-set-controller.ts';
import { watchBelief } from './certificates/watch-belief.ts';
import { stepFleet } from './members/fleet.ts';
import { forgetAttempts } from './properties/one-fresh-attempt.ts';
import { watchClusters } from './properties/one-cluster-serves.ts';
import type { World } from './world.ts';

/** Lets time pass. */
export function advance(world: World, ms: number): void {
  const untilMs = world.nowMs + ms;
  while (world.nowMs < untilMs) {
    const stepMs = Math.min(world.stepMs, untilMs - world.nowMs);
    world.nowMs += stepMs;
    world.server.nowMs = world.nowMs;
    world.happen(world);
    stepStatefulSets(world);
    stepKubelet(world);
    collectGarbage(world);
    watchBelief(world);
    forgetAttempts(world);
    stepFleet(world.fleet, world.nowMs, stepMs, world.chance.members);
    watchClusters(world);
  }
}
