import assert from 'node:assert/strict';
import { nextTerm, TERM_MAX, toIndex, toMemberId, toTerm } from './ids.ts';

describe('ids', () => {
  const table: readonly (readonly [(value: number) => number, good: number[], bad: number[]])[] = [
    [toTerm, [0, 1, Number.MAX_SAFE_INTEGER], [-1, 0.5, NaN, Infinity]],
    [toIndex, [0, 1, Number.MAX_SAFE_INTEGER], [-1, 0.5, NaN, 2 ** 53]],
    [toMemberId, [1, Number.MAX_SAFE_INTEGER], [0, -1, 0.5, NaN, 2 ** 53]],
  ];
  for (const [make, good, bad] of table) {
    it(`${make.name} takes ${good.join(', ')}, and nothing like ${bad.join(', ')}`, () => {
      assert.deepEqual(good.map(make), good);
      for (const value of bad) assert.throws(() => make(value), { name: 'InvariantError' });
    });
  }

  it('behind the last term there is none', () => {
    assert.equal(nextTerm(toTerm(TERM_MAX - 1)), TERM_MAX);
    assert.throws(() => nextTerm(toTerm(TERM_MAX)), { name: 'InvariantError' });
  });
});
