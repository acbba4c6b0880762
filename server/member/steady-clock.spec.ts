import assert from 'node:assert/strict';
import { createSteadyClock } from './steady-clock.ts';

describe('the steady clock', () => {
  function world() {
    let passedMs = 5;
    let offsetMs = 1_000_000;
    const clock = createSteadyClock({ nowMs: () => passedMs, wallMs: () => offsetMs + passedMs });
    return {
      /** What it shows after some time, read every so often. */
      pass: (ms: number, everyMs = 100): number => {
        for (let left = ms; left > 0; left -= everyMs) {
          passedMs += everyMs;
          clock();
        }
        return clock() - passedMs;
      },
      set: (byMs: number): void => void (offsetMs += byMs),
    };
  }

  it('shows what the wall clock shows', () => {
    assert.equal(world().pass(10_000), 1_000_000);
  });

  it('hardly follows one that was set, forward or back', () => {
    for (const sign of [1, -1]) {
      const { pass, set } = world();
      set(sign * 3_600_000);
      assert.equal(Math.round(pass(10_000) - 1_000_000), sign * 100);
    }
  });

  it('comes to what it shows in time', () => {
    const { pass, set } = world();
    set(40);
    assert.equal(Math.round(pass(10_000) - 1_000_000), 40);
  });

  it('counts the time in which it was not read', () => {
    assert.equal(world().pass(30_000, 30_000), 1_000_000);
  });
});
