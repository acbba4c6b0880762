import { strict as assert } from 'node:assert';
import type { LocalClock } from './local-clock.ts';
import { jump, readClock, setRate, virtualUs } from './local-clock.ts';

const create = (rate: number): LocalClock => ({ rate, baseUs: 1_000_000, baseMs: 500 });

describe('a local clock', () => {
  it('runs at its own rate', () => {
    const clock = create(1.1);
    assert.equal(readClock(clock, 1_000_000), 500);
    assert.equal(Math.round(readClock(clock, 2_000_000)), 1_600);
    assert.equal(Math.round(virtualUs(clock, 110)), 100_000);
  });

  it('keeps what it showed when its rate changes', () => {
    const clock = create(2);
    setRate(clock, 2_000_000, 0.5);
    assert.equal(readClock(clock, 2_000_000), 2_500);
    assert.equal(readClock(clock, 3_000_000), 3_000);
  });

  it('jumps forward', () => {
    const clock = create(1);
    jump(clock, 250);
    assert.equal(readClock(clock, 1_000_000), 750);
  });
});
