import assert from 'node:assert/strict';
import { offset, saveOffsets } from '../../state/registry/offset.ts';
import { createRegistryWorld } from '../../state/testing/registry-world.ts';
import { createWalk } from './walk.ts';

describe('A walk through all records', () => {
  /** How many it looks at each time. */
  function steps(group: (at: number) => string): readonly number[] {
    const world = createRegistryWorld();
    for (let at = 0; at < 70; at += 1) {
      const saved = { tenant: 't', group: group(at), shard_name: 's', topic: 'x', partition: 0 };
      world.change(saveOffsets, [{ ...saved, offset: 1n, expected: undefined }]);
    }
    const walk = createWalk(offset, 50);
    const counts: number[] = [];
    for (;;) {
      const { records, ended } = walk.next(world);
      counts.push(records.length);
      if (ended) return counts;
    }
  }

  it('looks at so many at once', () => {
    assert.deepEqual(steps(String), [50, 20]);
  });

  it('looks at fewer that are long', () => {
    const groups = steps((at) => String(at).padStart(250_000, 'g'));
    // Of 8 MiB.
    assert.deepEqual(groups, [34, 34, 2]);
  });
});
