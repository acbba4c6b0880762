import { strict as assert } from 'node:assert';
import { createEventQueue, runUntil, schedule, scheduleSoon } from './event-queue.ts';
import type { EventQueue } from './event-queue.ts';
import { createPrng } from '../prng.ts';

const run = (queue: EventQueue, untilUs = Infinity): void => {
  runUntil(queue, untilUs, () => false);
};

describe('the event queue', () => {
  it('takes events by time, and at the same time as they were asked for', () => {
    const queue = createEventQueue();
    const taken: string[] = [];
    const prng = createPrng(1, 'queue');
    const expected: { at: number; sequence: number }[] = [];
    for (let sequence = 0; sequence < 500; sequence += 1) {
      const at = prng.below(100);
      expected.push({ at, sequence });
      schedule(queue, at, () => taken.push(`${at} ${sequence}`));
    }
    run(queue);
    expected.sort((a, b) => a.at - b.at || a.sequence - b.sequence);
    assert.deepEqual(
      taken,
      expected.map(({ at, sequence }) => `${at} ${sequence}`),
    );
    assert.equal(queue.nowUs, expected.at(-1)?.at);
    assert.equal(queue.taken, 500);
  });

  it('takes what is to happen soon before anything else, without time passing', () => {
    const queue = createEventQueue();
    const taken: string[] = [];
    schedule(queue, 5, () => {
      taken.push('first');
      schedule(queue, 0, () => taken.push('later'));
      scheduleSoon(queue, () => {
        taken.push('soon');
        scheduleSoon(queue, () => taken.push('soon again'));
      });
    });
    schedule(queue, 5, () => taken.push('second'));
    run(queue);
    assert.deepEqual(taken, ['first', 'soon', 'soon again', 'second', 'later']);
    assert.equal(queue.nowUs, 5);
  });

  it('stops at a time, and when it is told to', () => {
    const queue = createEventQueue();
    const taken: number[] = [];
    for (const at of [1, 2, 3]) schedule(queue, at, () => taken.push(at));
    run(queue, 2);
    assert.deepEqual(taken, [1, 2]);
    runUntil(queue, Infinity, () => true);
    assert.deepEqual(taken, [1, 2]);
  });

  it('never goes back in time, and rounds to whole microseconds', () => {
    const queue = createEventQueue();
    queue.nowUs = 10;
    schedule(queue, -5, () => assert.equal(queue.nowUs, 10));
    schedule(queue, 1.4, () => assert.equal(queue.nowUs, 11));
    run(queue);
    assert.throws(() => schedule(queue, NaN, () => undefined), /an event has a time/);
  });
});
