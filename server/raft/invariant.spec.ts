import assert from 'node:assert/strict';
import { invariant, InvariantError } from './invariant.ts';

describe('invariant', () => {
  it('is silent while it holds', () => {
    assert.doesNotThrow(() => invariant(true, 'one is one'));
  });

  it('says what should have been true, and the values that broke it', () => {
    assert.throws(() => invariant(false, 'one is two', { one: 1, two: { parts: [1, 1] } }), {
      name: 'InvariantError',
      message: 'invariant broken: one is two ({"one":1,"two":{"parts":[1,1]}})',
    });
  });

  it('names the values for which JSON has no word', () => {
    const values = { a: NaN, b: Infinity, c: -Infinity, d: undefined, e: 1n, f: [NaN], g: null };
    assert.equal(
      new InvariantError('it counts', values).message,
      'invariant broken: it counts ({"a":"NaN","b":"Infinity","c":"-Infinity",' +
        '"d":"undefined","e":"1","f":["NaN"],"g":null})',
    );
  });
});
