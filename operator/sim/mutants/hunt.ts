import { Worker } from 'node:worker_threads';
import type { Catch, Hunt } from './hunter.ts';

/** Runs seeds on a thread of its own, with a bug in the code, until one shows it; undefined: none did. */
export const hunt = (workerData: Hunt): Promise<Catch | undefined> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./hunter.ts', import.meta.url), { workerData });
    worker.on('message', resolve);
    worker.on('error', reject);
  });
