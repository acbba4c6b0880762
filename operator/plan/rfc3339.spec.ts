import { strictEqual } from 'node:assert/strict';
import fc from 'fast-check';
import { millisecondsOf } from './rfc3339.ts';

describe('millisecondsOf', () => {
  it('agrees with Date on every second of four centuries', () => {
    const seconds = fc.integer({ min: Date.UTC(1970, 0) / 1000, max: Date.UTC(2370, 0) / 1000 });
    fc.assert(
      fc.property(seconds, (second) => {
        strictEqual(millisecondsOf(new Date(second * 1000).toISOString()), second * 1000);
      }),
      { numRuns: 2_000 },
    );
  });
});
