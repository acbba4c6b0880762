import assert from 'node:assert/strict';

import {
  afterEvent,
  EMPTY_QUEUE,
  nextDueMs,
  nextKey,
  type QueueEvent,
  type WorkQueue,
} from './work-queue.ts';

const BACKOFF = { firstMs: 100, longestMs: 1000 };

function after(...events: readonly QueueEvent[]): WorkQueue {
  return events.reduce((queue, event) => afterEvent(queue, event, BACKOFF), EMPTY_QUEUE);
}

const changed = (key: string, atMs = 0): QueueEvent => ({ type: 'changed', key, atMs });
const taken = (key: string): QueueEvent => ({ type: 'taken', key });
const failed = (key: string, atMs = 0): QueueEvent => ({ type: 'failed', key, atMs });
const done = (key: string, atMs = 0): QueueEvent => ({ type: 'done', key, atMs });

describe('work queue', () => {
  it('gives a key once, however often it changed', () => {
    const queue = after(changed('a'), changed('a'), taken('a'));
    assert.equal(nextKey(queue, 0), undefined);
    assert.equal(afterEvent(queue, done('a'), BACKOFF).size, 0);
  });

  it('gives a key that changed while in work once more, and only after that work', () => {
    const queue = after(changed('a'), taken('a'), changed('a'));
    assert.equal(nextKey(queue, 0), undefined);
    assert.equal(nextKey(afterEvent(queue, done('a', 5), BACKOFF), 5), 'a');
  });

  it('never gives a key that is in work, even when its object is gone', () => {
    const queue = after(changed('a'), taken('a'), { type: 'forgotten', key: 'a' }, changed('a'));
    assert.equal(nextKey(queue, 1e9), undefined);
  });

  it('waits twice as long after each failure, up to a bound', () => {
    const delays: (number | undefined)[] = [];
    let queue = after(changed('a'));
    for (let failure = 0; failure < 6; failure++) {
      queue = afterEvent(afterEvent(queue, taken('a'), BACKOFF), failed('a'), BACKOFF);
      delays.push(nextDueMs(queue));
    }
    assert.deepEqual(delays, [100, 200, 400, 800, 1000, 1000]);
  });

  it('keeps the backoff of a failed key when it changes', () => {
    const queue = after(changed('a'), taken('a'), failed('a'), changed('a', 1));
    assert.equal(nextKey(queue, 99), undefined);
    assert.equal(nextKey(queue, 100), 'a');
  });

  it('does not hold back one key for the failures of another', () => {
    const queue = after(changed('a'), taken('a'), failed('a'), changed('b', 1));
    assert.equal(nextKey(queue, 1), 'b');
  });

  it('starts the backoff anew after a success', () => {
    const twice = [changed('a'), taken('a'), failed('a'), taken('a'), failed('a')];
    const queue = after(...twice, taken('a'), done('a'), changed('a'), taken('a'), failed('a'));
    assert.equal(nextDueMs(queue), 100);
  });

  it('looks again when asked to, and at once when something changes before', () => {
    const again = after(changed('a'), taken('a'), {
      type: 'done',
      key: 'a',
      atMs: 0,
      againMs: 500,
    });
    assert.equal(nextDueMs(again), 500);
    assert.equal(nextKey(afterEvent(again, changed('a', 3), BACKOFF), 3), 'a');
  });

  it('lets a busy key wait behind the others', () => {
    const queue = after(changed('a'), changed('b'), taken('a'), changed('a'), done('a'));
    assert.equal(nextKey(queue, 0), 'b');
  });
});
