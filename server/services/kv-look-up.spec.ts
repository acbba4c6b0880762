import assert from 'node:assert/strict';
import { status } from '@grpc/grpc-js';
import type { Node } from '../node/node.ts';
import { lookUpPrefix } from './kv-look-up.ts';

describe('looking up a prefix', () => {
  const state = { looked: 0 };
  const world = (rows: number): Pick<Node, 'range'> => ({
    *range() {
      for (state.looked = 0; state.looked < rows; state.looked += 1) {
        yield [`k/${state.looked}`, Buffer.from('v')];
      }
    },
  });

  it('finds up to 50,000 values', () => {
    const found = lookUpPrefix(world(50_000), '');
    assert(found.ok);
    assert.equal(found.value.values.length, 50_000);
  });

  it('does not look at more, and says so', () => {
    const found = lookUpPrefix(world(1_000_000), '');
    assert(!found.ok);
    assert.equal(found.failure.code, status.RESOURCE_EXHAUSTED);
    assert.match(
      found.failure.details,
      /more than 50000 values with this prefix; ask for a longer/,
    );
    assert.equal(state.looked, 50_000);
  });
});
