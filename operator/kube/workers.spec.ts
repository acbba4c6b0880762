import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { createWorkers } from './workers.ts';
import type { QueueMeter, Worked } from './workers.ts';

const SILENT: QueueMeter = {
  workers: () => undefined,
  added: () => undefined,
  taken: () => () => undefined,
  retried: () => undefined,
  depth: () => undefined,
};

/** Work that ends when it is told to, and what is going on. */
function bench(workers: number) {
  const inWork: { readonly key: string; readonly end: PromiseWithResolvers<Worked> }[] = [];
  const made = createWorkers({
    workers,
    ...{ backoff: { firstMs: 1, longestMs: 4 }, meter: SILENT, nowMs: () => performance.now() },
    work: (key) => {
      const end = Promise.withResolvers<Worked>();
      inWork.push({ key, end });
      return end.promise;
    },
  });
  return { made, inWork, keys: () => inWork.map(({ key }) => key).join('') };
}

const seen = async (ask: () => boolean): Promise<void> => {
  for (let n = 0; n < 2_000 && !ask(); n += 1) await sleep(1);
  ok(ask());
};

describe('workers', () => {
  it('begin when they are told to, with all that has changed by then', () => {
    const { made, keys } = bench(2);
    for (const key of ['a', 'b', 'a']) made.changed(key);
    strictEqual(keys(), '');
    made.start();
    strictEqual(keys(), 'ab');
  });

  it('take so many at once, and each key once', async () => {
    const { made, inWork, keys } = bench(2);
    made.start();
    for (const key of ['a', 'b', 'c', 'a']) made.changed(key);
    strictEqual(keys(), 'ab');
    inWork[0]!.end.resolve({ kind: 'gone' });
    await seen(() => keys() === 'abc');
    inWork[1]!.end.resolve({ kind: 'gone' });
    // It changed while it was in work.
    await seen(() => keys() === 'abca');
  });

  it('try again what failed, and come back to what is to be looked at', async () => {
    const { made, inWork, keys } = bench(1);
    made.start();
    made.changed('a');
    inWork[0]!.end.reject(new Error('failed'));
    await seen(() => keys() === 'aa');
    inWork[1]!.end.resolve({ kind: 'again', againMs: 1 });
    await seen(() => keys() === 'aaa');
    inWork[2]!.end.resolve({ kind: 'gone' });
  });

  it('finish what is in work when they are stopped, and take no more', async () => {
    const { made, inWork, keys } = bench(1);
    made.start();
    made.changed('a');
    made.changed('b');
    let stopped = false;
    const stopping = made.stop().then(() => (stopped = true));
    await sleep(5);
    deepStrictEqual([stopped, keys()], [false, 'a']);
    inWork[0]!.end.resolve({ kind: 'gone' });
    await stopping;
    strictEqual(keys(), 'a');
  });
});
