/** Runs many schedules on all cores. */
import { availableParallelism } from 'node:os';
import { workThrough } from '../../../server/sim/run/pool.ts';
import { drawSchedule } from '../faults/schedule.ts';
import type { Schedule } from '../faults/schedule.ts';
import type { Report } from './run.ts';

/** Resolves with what came of them, as they ended; stops early after a violation. */
export function runSchedules(schedules: readonly Schedule[]): Promise<readonly Report[]> {
  const script = new URL('./worker.ts', import.meta.url);
  const enough = ({ violation }: Report): boolean => violation !== undefined;
  return workThrough(script, schedules, availableParallelism(), enough);
}

/** Runs `count` seeds from `first` on. */
export const runSeeds = (first: number, count: number): Promise<readonly Report[]> =>
  runSchedules(Array.from({ length: count }, (_, nth) => drawSchedule(first + nth)));
