/** Threads that do one job after the other. */
import { Worker } from 'node:worker_threads';

/**
 * Has threads of `script` do `jobs`, which they take in order; begins no more of them once `done` says so.
 *
 * @param jobs and results can be sent from thread to thread.
 * @param script answers every message, a job, with one: its result.
 * @param done called with each result, as they come; true when it is the last that is wanted.
 */
export async function workThrough<Result>(
  script: URL,
  jobs: readonly unknown[],
  workers: number,
  done: (result: Result) => boolean,
): Promise<readonly Result[]> {
  const waiting = [...jobs];
  const results: Result[] = [];
  const work = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const worker = new Worker(script);
      const takeNext = (): void => {
        const job = waiting.shift();
        if (job === undefined) void worker.terminate().then(() => resolve());
        else worker.postMessage(job);
      };
      worker.on('message', (result: Result) => {
        results.push(result);
        if (done(result)) waiting.length = 0;
        takeNext();
      });
      worker.on('error', (error: Error) => {
        waiting.length = 0;
        reject(error);
      });
      takeNext();
    });
  await Promise.all(Array.from({ length: Math.min(workers, jobs.length) }, work));
  return results;
}
