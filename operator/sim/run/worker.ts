/** A thread of the pool: one schedule after the other. */
import { parentPort } from 'node:worker_threads';
import type { Schedule } from '../faults/schedule.ts';
import { runSchedule } from './run.ts';

parentPort?.on('message', (schedule: Schedule) => {
  void runSchedule(schedule).then((report) => parentPort?.postMessage(report));
});
