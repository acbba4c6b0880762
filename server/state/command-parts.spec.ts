import assert from 'node:assert/strict';
import { partsWithin } from './command-parts.ts';

describe('What is too much for one command', () => {
  const parts = (...bytes: readonly number[]) => partsWithin(bytes, (each) => each, 10);

  it('is asked for in order, in parts that have room for it', () => {
    assert.deepEqual(parts(4, 6, 1, 9, 2), [[4, 6], [1, 9], [2]]);
    assert.deepEqual(parts(), []);
  });

  it('holds up nothing else when it is too much by itself', () => {
    assert.deepEqual(parts(1, 11, 12, 1), [[1], [11], [12], [1]]);
  });
});
