import { Worker } from 'node:worker_threads';
import type { Bag, Hunt } from './hunt.ts';

/** What became of a hunt, and how long it took. */
export interface Trophy {
  readonly hunt: Hunt;
  /** Or why the hunter did not come back: the bug broke more than the run. */
  readonly bag: Bag | { readonly lost: string };
  readonly seconds: number;
}

/** Goes on hunts, `jobs` at a time, in order; `done` is told of each as it ends. */
export async function goOnHunts(
  hunts: readonly Hunt[],
  jobs: number,
  timeoutMs: number,
  done: (trophy: Trophy) => void,
): Promise<void> {
  const waiting = [...hunts];
  const work = async (): Promise<void> => {
    for (let hunt = waiting.shift(); hunt !== undefined; hunt = waiting.shift()) {
      const startedMs = performance.now();
      const bag = await send(hunt, timeoutMs);
      done({ hunt, bag, seconds: (performance.now() - startedMs) / 1000 });
    }
  };
  await Promise.all(Array.from({ length: jobs }, work));
}

function send(hunt: Hunt, timeoutMs: number): Promise<Trophy['bag']> {
  return new Promise((resolve) => {
    const worker = new Worker(new URL('./hunter.ts', import.meta.url), { workerData: hunt });
    const timer = setTimeout(() => {
      end({ lost: `no answer after ${timeoutMs / 1000} s` });
    }, timeoutMs);
    const end = (bag: Trophy['bag']): void => {
      clearTimeout(timer);
      resolve(bag);
      void worker.terminate();
    };
    worker.on('message', end);
    worker.on('error', (error: Error) => {
      end({ lost: error.message });
    });
    worker.on('exit', (code) => {
      end({ lost: `exit code ${code}` });
    });
  });
}
