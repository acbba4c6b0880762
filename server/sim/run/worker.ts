/** A thread of the pool: one seed after the other. */
import { parentPort } from 'node:worker_threads';
import type { Job } from './seeds.ts';
import { runPlan } from './run.ts';
import { drawPlan } from '../plan/schedule.ts';

parentPort?.on('message', ({ seed, members }: Job) => {
  parentPort?.postMessage(runPlan(drawPlan(seed, members)));
});
