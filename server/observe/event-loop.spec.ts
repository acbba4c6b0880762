import assert from 'node:assert/strict';
import { watchEventLoop } from './event-loop.ts';

function createBench() {
  let nowMs = 0;
  let beat = (): void => undefined;
  let stopped = false;
  const delays: number[] = [];
  const watch = watchEventLoop({
    nowMs: () => nowMs,
    observe: (delayMs) => void delays.push(delayMs),
    every: (_intervalMs, task) => {
      beat = task;
      return () => (stopped = true);
    },
  });
  /** The next timer comes this late. */
  const late = (delayMs: number): void => {
    nowMs += 100 + delayMs;
    beat();
  };
  return { watch, delays, late, stopped: () => stopped };
}

describe('The watch of the event loop', () => {
  it('measures how late timers come', () => {
    const { delays, late } = createBench();
    for (const delayMs of [0, 30, -2]) late(delayMs);
    assert.deepEqual(delays, [0, 30, 0]);
  });

  it('forgives one long pause, and not being late again and again', () => {
    const { watch, late } = createBench();
    for (const delayMs of [0, 0, 5_000, 3]) late(delayMs);
    assert.equal(watch.sustainedMs(), 0);
    for (const delayMs of [900, 1_200]) late(delayMs);
    assert.equal(watch.sustainedMs(), 3);
    late(1_000);
    assert.equal(watch.sustainedMs(), 900);
  });

  it('claims nothing before it has seen enough', () => {
    const { watch, late } = createBench();
    late(9_000);
    assert.equal(watch.sustainedMs(), 0);
  });

  it('ends', () => {
    const { watch, stopped } = createBench();
    watch.stop();
    assert(stopped());
  });
});
