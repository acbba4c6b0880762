/** Runs many seeds on all cores. */
import { Worker } from 'node:worker_threads';
import type { Report } from './run.ts';

/** What a worker is asked to do. */
export interface Job {
  readonly seed: number;
  readonly members: number | undefined;
}

/**
 * Runs `count` seeds from `base` on; stops early after a violation.
 *
 * @param done called with each report, in the order they come.
 */
export async function runSeeds(
  { base, count, members }: { base: number; count: number; members: number | undefined },
  workers: number,
  done: (report: Report) => void,
): Promise<void> {
  let next = base;
  let stopped = false;
  const work = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const worker = new Worker(new URL('./worker.ts', import.meta.url));
      const askNext = (): void => {
        if (stopped || next === base + count) {
          void worker.terminate().then(() => resolve());
          return;
        }
        const job: Job = { seed: next, members };
        next += 1;
        worker.postMessage(job);
      };
      worker.on('message', (report: Report) => {
        stopped ||= report.violation !== undefined;
        done(report);
        askNext();
      });
      worker.on('error', (error: Error) => {
        stopped = true;
        reject(error);
      });
      askNext();
    });
  await Promise.all(Array.from({ length: Math.min(workers, count) }, work));
}
