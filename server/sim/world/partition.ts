/** Rules of the network that hold for a while. */
import type { Direction } from '../faults/action.ts';
import type { LinkRule } from './links.ts';
import { addRule, removeRule } from './links.ts';
import { after } from './world.ts';
import type { World } from './world.ts';

/** Cuts one host off from all others. */
export const isolation = (slot: number, direction: Direction): LinkRule => ({
  covers: (from, to) =>
    from !== to && ((direction !== 'in' && from === slot) || (direction !== 'out' && to === slot)),
  does: 'block',
});

/** Lets a rule hold for so long, or until the world is healed. */
export function applyFor(world: World, rule: LinkRule, forMs: number): void {
  addRule(world.links, rule);
  after(world, forMs, () => {
    removeRule(world.links, rule);
  });
}
