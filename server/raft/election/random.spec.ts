import assert from 'node:assert/strict';
import fc from 'fast-check';
import { fraction, nextRandom } from './random.ts';

/** The first `count` numbers drawn from `seed`. */
function draw(seed: number, count: number): readonly number[] {
  const drawn: number[] = [];
  for (let state = nextRandom(seed); drawn.length < count; state = nextRandom(state)) {
    drawn.push(fraction(state));
  }
  return drawn;
}

describe('random', () => {
  it('draws the numbers of mulberry32', () => {
    assert.deepEqual(draw(0, 2), [0.26642920868471265, 0.0003297457005828619]);
    assert.deepEqual(draw(1, 2), [0.6270739405881613, 0.002735721180215478]);
  });

  it('takes any number for a seed and draws from [0, 1)', () => {
    fc.assert(
      fc.property(fc.double(), (seed) => {
        for (const drawn of draw(seed, 10)) assert.ok(drawn >= 0 && drawn < 1);
        assert.deepEqual(draw(seed, 10), draw(seed, 10));
      }),
    );
  });

  it('spreads evenly, also over the first numbers of neighbouring seeds', () => {
    const count = 10_000;
    const firsts = Array.from({ length: count }, (_, seed) => draw(seed, 1)[0]!);
    for (const numbers of [draw(1, count), firsts]) {
      const buckets = new Array<number>(10).fill(0);
      for (const drawn of numbers) buckets[Math.floor(drawn * 10)]! += 1;
      for (const hits of buckets) assert.ok(Math.abs(hits - count / 10) < count / 50, `${hits}`);
    }
  });
});
