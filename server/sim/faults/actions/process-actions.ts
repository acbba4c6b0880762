import type { ActionOf } from '../action.ts';
import { stickDisk } from '../../world/directory.ts';
import { crashAll, crashInside, crashProcess, restartIn, stopProcess } from '../../world/ending.ts';
import type { Process } from '../../world/host.ts';
import { mayJump } from '../limits.ts';
import { jump, setRate } from '../../world/local-clock.ts';
import { pauseProcess } from '../../world/pausing.ts';
import type { World } from '../../world/world.ts';
import { after, note, running } from '../../world/world.ts';
import type { Performers } from './scene.ts';
import { resolve } from './scene.ts';

export const PROCESS_ACTIONS: Performers<
  'crash' | 'blackout' | 'stop' | 'pause' | 'jump' | 'drift'
> = {
  crash: (scene, action) => {
    const { world } = scene;
    const { moment, target } = action;
    if (moment !== 'now') {
      world.ambushes.add({
        effect: moment,
        spring: (process) => {
          world.coverage.fault.crashedAtEffect += 1;
          // Effects of the step are carried out from here on, call by call.
          crash(world, process, { ...action, stuckMs: 0, afterCalls: action.afterCalls + 1 });
        },
      });
      return true;
    }
    const process = resolve(scene, target);
    if (process === undefined) return false;
    crash(world, process, action);
    return true;
  },

  blackout: ({ world }, action) => {
    const { stuckMs } = action;
    if (stuckMs === 0) {
      blackOut(world, action);
      return true;
    }
    for (const { host } of running(world)) stickDisk(world, host, 2 * stuckMs);
    after(world, stuckMs, () => {
      if (!world.healed) blackOut(world, action);
    });
    return true;
  },

  stop: (scene, { target, downMs }) => {
    const process = resolve(scene, target);
    if (process === undefined || process.stopping) return false;
    stopProcess(scene.world, process, () => {
      restartIn(scene.world, process.host, downMs);
    });
    return true;
  },

  pause: (scene, { target, forMs }) => {
    const process = resolve(scene, target);
    if (process === undefined) return false;
    scene.world.coverage.fault.processPaused += 1;
    pauseProcess(scene.world, process, forMs);
    return true;
  },

  jump: (scene, { target, byMs }) => {
    const process = resolve(scene, target);
    if (process === undefined || !mayJump(scene.world)) return false;
    scene.world.coverage.fault.clockJumped += 1;
    note(scene.world, process.actor.directory, () => `clock jumps by ${byMs} ms`);
    jump(process.clock, byMs);
    return true;
  },

  drift: (scene, { target, drift }) => {
    const process = resolve(scene, target);
    if (process === undefined) return false;
    const { world } = scene;
    const rate = 1 + drift * world.plan.settings.driftMax;
    world.coverage.fault.clockDrifting += 1;
    note(world, process.actor.directory, () => `clock runs at ${rate}`);
    process.host.rate = rate;
    setRate(process.clock, world.queue.nowUs, rate);
    return true;
  },
};

function blackOut(world: World, { keepSeed, downMs }: ActionOf<'blackout'>): void {
  world.coverage.fault.blackout += 1;
  crashAll(world, { keepSeed, spares: [] }, (prng) => prng.spread(1, 1 + downMs));
}

function crash(world: World, process: Process, action: ActionOf<'crash'>): void {
  const { mode, keepSeed, stuckMs, afterCalls, downMs } = action;
  const restart = (): void => {
    restartIn(world, process.host, downMs);
  };
  const remains = { mode, keepSeed };
  const strike = (): void => {
    if (!process.alive || world.healed) return;
    if (afterCalls === 0) crashProcess(world, process, remains, restart);
    else crashInside(world, process, afterCalls, remains, restart);
  };
  if (stuckMs === 0) {
    strike();
    return;
  }
  // Longer than until the crash: once it answers, nothing is left to be lost.
  stickDisk(world, process.host, 2 * stuckMs);
  after(world, stuckMs, strike);
}
