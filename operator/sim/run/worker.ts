/** A thread of the pool: one seed after the other. */
import { parentPort } from 'node:worker_threads';
import { runSeed } from './run.ts';

parentPort?.on('message', (seed: number) => {
  void runSeed(seed).then((report) => parentPort?.postMessage(report));
});
