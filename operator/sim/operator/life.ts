/** One life of the operator, from its start until it ends or somebody else leads. */
import { createMemory } from '../../observe/observe.ts';
import type { Memory } from '../../observe/observe.ts';
import { createStaleCache } from '../kubernetes/stale-cache.ts';
import type { StaleCache } from '../kubernetes/stale-cache.ts';
import type { World } from '../world.ts';
import { note } from '../world.ts';
import type { Trouble } from './trouble.ts';

export interface Life {
  readonly cache: StaleCache;
  readonly memory: Memory;
  readonly trouble: Trouble;
  leads: boolean;
  /** Called while it stands still: whoever took over works. */
  readonly meanwhile: () => Promise<void>;
}

export function createLife(
  world: World,
  trouble: Trouble,
  meanwhile: () => Promise<void> = () => Promise.resolve(),
): Life {
  note(world, 'an operator starts');
  return {
    cache: createStaleCache(world.server, world.chance.operator, trouble.behind),
    memory: createMemory(),
    trouble,
    leads: true,
    meanwhile,
  };
}
