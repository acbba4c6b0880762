import assert from 'node:assert/strict';
import { createContexts, deriveSeed } from './contexts.ts';

describe('Contexts', () => {
  it('count up', () => {
    const next = createContexts(7);
    const first = next();
    assert.deepEqual([next(), next()], [first + 1, first + 2]);
  });

  it('of different starts and cores lie far apart, however close their seeds', () => {
    const beginnings: number[] = [];
    for (let seed = 0; seed < 100; seed += 1) {
      for (let count = 1; count <= 10; count += 1) {
        beginnings.push(createContexts(deriveSeed(seed, count))());
      }
    }
    beginnings.sort((a, b) => a - b);
    assert(beginnings.every((value) => Number.isSafeInteger(value) && value <= 2 ** 52));
    const gaps = beginnings.slice(1).map((value, at) => value - (beginnings[at] ?? 0));
    assert(Math.min(...gaps) > 1_000_000);
  });
});
