import assert from 'node:assert/strict';
import { largest, mean, median } from './statistics.ts';

describe('The statistics of rounds', () => {
  const cases: readonly [values: number[], median: number, largest: number, mean: number][] = [
    [[], NaN, NaN, NaN],
    [[7], 7, 7, 7],
    [[10, 2, 3], 3, 10, 5],
    [[4, 1, 100, 3], 3.5, 100, 27],
  ];
  for (const [values, middle, top, average] of cases) {
    it(`of [${values.join(', ')}]`, () => {
      assert.equal(median(values), middle);
      assert.equal(largest(values), top);
      assert.equal(mean(values), average);
    });
  }
});
