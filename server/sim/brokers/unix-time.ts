import { nowMs } from '../world/world.ts';
import type { World } from '../world/world.ts';
import { EPOCH_MS } from './options.ts';

/** Unix time, in whole ms. */
export const unixMs = (world: World): number => EPOCH_MS + Math.floor(nowMs(world));
