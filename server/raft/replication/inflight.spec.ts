import assert from 'node:assert/strict';
import fc from 'fast-check';
import { toIndex } from '../ids.ts';
import { acknowledge, add, clear, createInflight, isFull } from './inflight.ts';

const index = toIndex;

describe('inflight', () => {
  it('is full at its bound of messages', () => {
    const inflight = createInflight(2, 1_000);
    add(inflight, index(1), 10);
    assert.equal(isFull(inflight), false);
    add(inflight, index(2), 10);
    assert.equal(isFull(inflight), true);
    assert.throws(() => add(inflight, index(3), 10), /the window has room/);
  });

  it('is full at its bound of bytes', () => {
    const inflight = createInflight(100, 1_000);
    add(inflight, index(1), 999);
    assert.equal(isFull(inflight), false);
    add(inflight, index(2), 1);
    assert.equal(isFull(inflight), true);
  });

  it('admits one message of any size when empty', () => {
    const inflight = createInflight(100, 1_000);
    assert.equal(isFull(inflight), false);
    add(inflight, index(1), 1_000_000);
    assert.equal(isFull(inflight), true);
    acknowledge(inflight, index(1));
    assert.equal(isFull(inflight), false);
  });

  it('an acknowledgement frees what ends at or before it, and only that', () => {
    const inflight = createInflight(3, 1_000);
    add(inflight, index(4), 10);
    add(inflight, index(8), 20);
    add(inflight, index(12), 30);
    acknowledge(inflight, index(3));
    assert.equal(inflight.bytes, 60);
    acknowledge(inflight, index(8));
    assert.equal(inflight.bytes, 30);
    acknowledge(inflight, index(2));
    assert.equal(inflight.bytes, 30, 'a late acknowledgement frees nothing');
    acknowledge(inflight, index(99));
    assert.equal(inflight.bytes, 0);
  });

  it('is empty once cleared, whatever was sent before', () => {
    const inflight = createInflight(1, 1_000);
    add(inflight, index(9), 10);
    clear(inflight);
    assert.equal(isFull(inflight), false);
    add(inflight, index(3), 10);
    assert.equal(inflight.bytes, 10);
  });

  it('takes messages in order only', () => {
    const inflight = createInflight(10, 1_000);
    add(inflight, index(9), 10);
    assert.throws(() => add(inflight, index(8), 10), /messages are sent in order/);
  });

  it('needs room for a message', () => {
    assert.throws(() => createInflight(0, 1_000), /at least one message/);
    assert.throws(() => createInflight(10, 0), /at least one message/);
  });

  it('grows with use and not beyond its bound', () => {
    const inflight = createInflight(100, 1_000);
    assert.equal(inflight.ring.length, 0);
    for (let last = 1; last <= 100; last += 1) add(inflight, index(last), 1);
    assert.equal(inflight.ring.length, 100);
  });

  it('does what a list would do', () => {
    const adding = fc.record({
      kind: fc.constant('add' as const),
      entries: fc.integer({ min: 0, max: 3 }),
      bytes: fc.integer({ min: 0, max: 40 }),
    });
    const acknowledging = fc.record({
      kind: fc.constant('acknowledge' as const),
      back: fc.nat({ max: 40 }),
    });
    const clearing = fc.record({ kind: fc.constant('clear' as const) });
    // Mostly adding, or a window would hardly ever grow while its oldest message is not at slot 0.
    const operation = fc.oneof(
      { arbitrary: adding, weight: 20 },
      { arbitrary: acknowledging, weight: 5 },
      { arbitrary: clearing, weight: 1 },
    );
    const operations = fc.array(operation, { maxLength: 200, size: 'max' });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), operations, (messagesMax, steps) => {
        const inflight = createInflight(messagesMax, 300);
        let list: { last: number; bytes: number }[] = [];
        let last = 0;
        const total = (): number => list.reduce((sum, { bytes }) => sum + bytes, 0);
        for (const step of steps) {
          if (step.kind === 'add' && !isFull(inflight)) {
            last += step.entries;
            list.push({ last, bytes: step.bytes });
            add(inflight, index(last), step.bytes);
          } else if (step.kind === 'acknowledge') {
            const match = index(Math.max(0, last - step.back));
            list = list.filter((sent) => sent.last > match);
            acknowledge(inflight, match);
          } else if (step.kind === 'clear') {
            list = [];
            clear(inflight);
          }
          assert.equal(inflight.count, list.length);
          assert.equal(inflight.bytes, total());
          assert.equal(isFull(inflight), list.length === messagesMax || total() >= 300);
        }
      }),
    );
  });
});
