import assert from 'node:assert/strict';
import { longestGapMs, longestGaps } from './writers.ts';

describe('gaps between moments', () => {
  const moments = [0, 10, 15, 45, 50];

  it('are told longest first', () => {
    assert.deepEqual(longestGaps(moments, 2), [
      { beginMs: 15, lengthMs: 30 },
      { beginMs: 0, lengthMs: 10 },
    ]);
  });

  it('count when they end after a moment', () => {
    assert.equal(longestGapMs(moments), 30);
    assert.equal(longestGapMs(moments, 45), 5);
    assert.equal(longestGapMs([]), 0);
  });
});
