/** Runs many seeds on all cores. */
import { availableParallelism } from 'node:os';
import { workThrough } from '../../../server/sim/run/pool.ts';
import type { Report } from './run.ts';

/** Runs `count` seeds from `first` on, and resolves with what came of them; stops early after a violation. */
export function runSeeds(first: number, count: number): Promise<readonly Report[]> {
  const seeds = Array.from({ length: count }, (_, nth) => first + nth);
  const script = new URL('./worker.ts', import.meta.url);
  const enough = ({ violation }: Report): boolean => violation !== undefined;
  return workThrough(script, seeds, availableParallelism(), enough);
}
