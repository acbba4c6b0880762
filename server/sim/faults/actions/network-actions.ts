import { lull } from '../../clients/client.ts';
import { crashAll } from '../../world/ending.ts';
import { stickDisk } from '../../world/directory.ts';
import { announceFalsely } from '../../world/hints.ts';
import type { LinkRule } from '../../world/links.ts';
import { applyFor, isolation } from '../../world/partition.ts';
import { createPrng } from '../../prng.ts';
import { after, note } from '../../world/world.ts';
import type { World } from '../../world/world.ts';
import { areDispensable } from '../limits.ts';
import type { Performers } from './scene.ts';
import { resolve } from './scene.ts';

export const NETWORK_ACTIONS: Performers<
  'degrade' | 'partition' | 'cutLinks' | 'isolate' | 'strand' | 'usurp' | 'flap' | 'falseHint'
> = {
  degrade: ({ world }, { fault, share, linkPercent, linkSeed, forMs }) => {
    const covers = drawLinks(world, linkPercent, linkSeed);
    note(
      world,
      'network',
      () => `${fault} of ${share} on ${linkPercent} % of links for ${forMs} ms`,
    );
    applyFor(world, { covers, does: { fault, share } }, forMs);
    return true;
  },

  partition: ({ world }, { group, oneWay, forMs }) => {
    const inside = (slot: number): boolean => (group & (1 << slot)) !== 0;
    const covers = (from: number, to: number): boolean =>
      inside(from) !== inside(to) && (!oneWay || inside(from));
    world.coverage.fault[oneWay ? 'partitionOneWay' : 'partition'] += 1;
    note(world, 'network', () => {
      const slots = world.hosts.filter(({ slot }) => inside(slot)).map(({ slot }) => `h${slot}`);
      return `${slots.join(' ')} cut off${oneWay ? ' one-way' : ''} for ${forMs} ms`;
    });
    applyFor(world, { covers, does: 'block' }, forMs);
    return true;
  },

  cutLinks: ({ world }, { linkPercent, linkSeed, oneWay, forMs }) => {
    const hit = drawLinks(world, linkPercent, linkSeed);
    const covers = (from: number, to: number): boolean =>
      hit(from, to) || (!oneWay && hit(to, from));
    world.coverage.fault.linksCut += 1;
    note(world, 'network', () => `${linkPercent} % of links cut for ${forMs} ms`);
    applyFor(world, { covers, does: 'block' }, forMs);
    return true;
  },

  isolate: (scene, { target, direction, forMs }) => {
    const process = resolve(scene, target);
    if (process === undefined) return false;
    const { world } = scene;
    world.coverage.fault[direction === 'both' ? 'isolated' : 'isolatedOneWay'] += 1;
    note(world, 'network', () => `h${process.host.slot} cut off (${direction}) for ${forMs} ms`);
    applyFor(world, isolation(process.host.slot, direction), forMs);
    return true;
  },

  strand: (scene, { nth, forMs, stuckOnMs }) => {
    const { world } = scene;
    const leader = resolve(scene, { role: 'leader', nth });
    if (leader === undefined) return false;
    const follower = resolve(scene, { role: 'follower', nth }, ({ host }) =>
      areDispensable(world, [leader.host, host]),
    );
    if (follower === undefined) return false;
    const slots = [leader.host.slot, follower.host.slot];
    const covers = (from: number, to: number): boolean =>
      slots.includes(from) !== slots.includes(to);
    world.coverage.fault.stranded += 1;
    note(world, 'network', () => `h${slots.join(' h')} stranded for ${forMs} ms`);
    stickDisk(world, follower.host, forMs + stuckOnMs);
    applyFor(world, { covers, does: 'block' }, forMs);
    return true;
  },

  usurp: (scene, { nth, deafMs, keepSeed, downMs, forMs }) => {
    const { world, clients } = scene;
    const leader = resolve(scene, { role: 'leader', nth });
    const usurper = resolve(scene, { role: 'follower', nth });
    if (leader === undefined || usurper === undefined) return false;
    const from = leader.host.slot;
    const to = usurper.host.slot;
    const unheard = (a: number, b: number): boolean => a === from && b === to;
    world.coverage.fault.usurped += 1;
    lull(clients, SETTLE_MS + deafMs + forMs);
    after(world, SETTLE_MS, () => {
      if (world.healed) return;
      note(world, 'network', () => `h${to} does not hear h${from} for ${deafMs + forMs} ms`);
      applyFor(world, { covers: unheard, does: 'block' }, deafMs + forMs);
    });
    after(world, SETTLE_MS + deafMs, () => {
      if (world.healed) return;
      note(world, 'network', () => `nobody hears h${from} for ${forMs} ms`);
      applyFor(world, isolation(from, 'out'), forMs);
      crashAll(world, { keepSeed, spares: [leader.host, usurper.host] }, () => downMs);
    });
    return true;
  },

  flap: (scene, { target, direction, periodMs, forMs }) => {
    const process = resolve(scene, target);
    if (process === undefined) return false;
    const { world } = scene;
    world.coverage.fault.flapping += 1;
    note(world, 'network', () => `h${process.host.slot} flaps (${direction}) for ${forMs} ms`);
    const rule = isolation(process.host.slot, direction);
    for (let atMs = 0; atMs < forMs; atMs += periodMs) {
      after(world, atMs, () => {
        if (!world.healed) applyFor(world, rule, periodMs / 2);
      });
    }
    return true;
  },

  falseHint: (scene, { target, reachable }) => {
    const process = resolve(scene, target);
    if (process === undefined || !announceFalsely(scene.world, process.host, reachable)) {
      return false;
    }
    const fault = reachable ? 'connectionRegainedFalsely' : 'connectionLostFalsely';
    scene.world.coverage.fault[fault] += 1;
    return true;
  },
};

/** In this time a follower that lags a little has everything that a leader has. */
const SETTLE_MS = 100;

/** So many of the links, drawn from a seed. */
function drawLinks(world: World, percent: number, seed: number): LinkRule['covers'] {
  const { hosts } = world.plan.settings;
  const prng = createPrng(seed, 'links');
  const hit = Array.from({ length: hosts * hosts }, () => prng.chance(percent / 100));
  return (from, to) => hit[from * hosts + to] === true;
}
