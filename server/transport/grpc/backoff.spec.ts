import assert from 'node:assert/strict';
import { createBackoff } from './backoff.ts';

describe('pauses between attempts', () => {
  it('double up to a cap, jittered down to their half, until an attempt succeeds', () => {
    const draws = [0, 0.5, 0, 0, 0.999, 0];
    const backoff = createBackoff(50, 300, () => draws.shift() ?? 0);
    const pauses = [1, 2, 3, 4, 5].map(() => Math.round(backoff.nextMs()));
    assert.deepEqual(pauses, [25, 75, 100, 150, 300]);
    backoff.reset();
    assert.equal(backoff.nextMs(), 25);
  });
});
