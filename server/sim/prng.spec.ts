import { strict as assert } from 'node:assert';
import { createPrng, deriveSeed } from './prng.ts';

const draws = (seed: number, name: string): readonly number[] => {
  const prng = createPrng(seed, name);
  return Array.from({ length: 8 }, () => prng.fraction());
};

describe('streams of pseudo-random numbers', () => {
  it('are the same for the same seed and name', () => {
    assert.deepEqual(draws(1, 'a'), draws(1, 'a'));
  });

  it('differ by name, by seed, and by a seed beyond 32 bits', () => {
    assert.notDeepEqual(draws(1, 'a'), draws(1, 'b'));
    assert.notDeepEqual(draws(1, 'a'), draws(2, 'a'));
    assert.notDeepEqual(draws(1, 'a'), draws(1 + 2 ** 32, 'a'));
    assert.notEqual(deriveSeed(1, 'a'), deriveSeed(1, 'b'));
  });

  it('stay within what is asked for, and reach all of it', () => {
    const prng = createPrng(7, 'range');
    const seen = new Set(Array.from({ length: 500 }, () => prng.between(3, 6)));
    assert.deepEqual([...seen].sort(), [3, 4, 5, 6]);
    for (let at = 0; at < 500; at += 1) {
      const value = prng.spread(1, 1_000);
      assert.ok(value >= 1 && value <= 1_000 && Number.isInteger(value));
    }
  });

  it('are even', () => {
    const prng = createPrng(3, 'even');
    const counts = new Array<number>(10).fill(0);
    for (let at = 0; at < 10_000; at += 1) counts[prng.below(10)]! += 1;
    for (const count of counts) assert.ok(count > 850 && count < 1_150, String(counts));
  });

  it('pick nothing from nothing', () => {
    assert.throws(() => createPrng(1, 'a').pick([]), /pick from something/);
  });
});
