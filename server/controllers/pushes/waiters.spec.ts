import assert from 'node:assert/strict';
import { toIndex } from '../../raft/ids.ts';
import { createWaiters } from './waiters.ts';

/** Waiters in a time that passes when a test says so, and who of them has gone on. */
function createBench() {
  let nowMs = 0;
  const tasks = new Map<() => void, number>();
  const waiters = createWaiters((ms, task) => {
    const entry = (): void => task();
    tasks.set(entry, nowMs + ms);
    return () => void tasks.delete(entry);
  });
  const done: string[] = [];
  const news = (): readonly string[] => done.splice(0);
  return {
    /** @param broker one, instead of all that are live. */
    wait: (name: string, index: number, withinMs = 200, broker?: bigint): void =>
      waiters.add({ index: toIndex(index), broker, withinMs }, () => done.push(name)),
    /** All have acknowledged what comes from entries up to this one. Returns who goes on. */
    reach: (index: number): readonly string[] => {
      waiters.answer((of) => of <= index);
      return news();
    },
    answer: (isTold: Parameters<typeof waiters.answer>[0]): readonly string[] => {
      waiters.answer(isTold);
      return news();
    },
    pass: (ms: number): readonly string[] => {
      nowMs += ms;
      for (const [task, dueMs] of [...tasks]) if (dueMs <= nowMs && tasks.delete(task)) task();
      return news();
    },
    timers: () => tasks.size,
  };
}

describe('who waits until brokers know', () => {
  it('goes on once they have acknowledged what it waits for, and not before', () => {
    const { wait, reach } = createBench();
    wait('a', 5);
    wait('b', 7);
    assert.deepEqual(reach(4), []);
    assert.deepEqual(reach(6), ['a']);
    assert.deepEqual(reach(7), ['b']);
    assert.deepEqual(reach(9), []);
  });

  it('waits for those who are asked about, whatever became of them: one that is gone holds up nobody', () => {
    const { wait, answer } = createBench();
    const expected = new Set([1n, 2n]);
    const acknowledged = new Set([1n]);
    const isTold = (): boolean => [...expected].every((id) => acknowledged.has(id));
    wait('all', 5);
    assert.deepEqual(answer(isTold), []);
    expected.delete(2n);
    assert.deepEqual(answer(isTold), ['all']);
  });

  it('goes on after its own time, whether or not they know', () => {
    const { wait, pass } = createBench();
    wait('short', 5, 200);
    wait('long', 5, 3_000);
    assert.deepEqual(pass(199), []);
    assert.deepEqual(pass(1), ['short']);
    assert.deepEqual(pass(2_799), []);
    assert.deepEqual(pass(1), ['long']);
  });

  it('goes on once: not for the time when it was told, nor for the news when its time was over', () => {
    const { wait, reach, pass, timers } = createBench();
    wait('told', 5);
    assert.deepEqual(reach(5), ['told']);
    assert.equal(timers(), 0);
    assert.deepEqual(pass(1_000), []);
    wait('late', 6);
    assert.deepEqual(pass(200), ['late']);
    assert.deepEqual(reach(6), []);
  });

  it('for one broker waits for that one, whatever others wait for', () => {
    const { wait, answer } = createBench();
    wait('all', 5);
    wait('eleven', 6, 3_000, 11n);
    wait('twelve', 6, 3_000, 12n);
    assert.deepEqual(
      answer((index, broker) => broker === 11n && index === 6),
      ['eleven'],
    );
    assert.deepEqual(
      answer((_index, broker) => broker === undefined),
      ['all'],
    );
    assert.deepEqual(
      answer((_index, broker) => broker === 12n),
      ['twelve'],
    );
  });

  it('for one broker holds up nobody who waits for all', () => {
    const { wait, answer } = createBench();
    wait('one', 5, 3_000, 11n);
    wait('all', 6);
    assert.deepEqual(
      answer((_index, broker) => broker === undefined),
      ['all'],
    );
  });

  it('behind one who waits for all is not asked about: it waits for more', () => {
    const { wait, answer } = createBench();
    for (let each = 1; each <= 1_000; each += 1) wait(`${each}`, each);
    const asked: number[] = [];
    const gone = answer((index) => {
      asked.push(index);
      return index <= 2;
    });
    assert.deepEqual(
      [gone, asked],
      [
        ['1', '2'],
        [1, 2, 3],
      ],
    );
  });
});
