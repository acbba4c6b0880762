import assert from 'node:assert/strict';
import fc from 'fast-check';
import { compareKeys } from '../ports/key-order.ts';
import { createSortedKeys } from './sorted-keys.ts';

describe('sorted keys', () => {
  it('are found as in a sorted list, however many come between two looks', () => {
    const part = fc.string({
      unit: fc.constantFrom('a', 'b', '\u{1f600}', '\uffff'),
      maxLength: 4,
    });
    const step = fc.record({
      keys: fc.array(part, { maxLength: 9 }),
      prefix: part,
      after: fc.option(part, { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
        const keys = createSortedKeys();
        const known = new Set<string>();
        for (const { keys: more, prefix, after } of steps) {
          for (const key of more) {
            if (!known.has(key)) keys.add(key);
            known.add(key);
          }
          const expected = [...known]
            .filter((key) => key.startsWith(prefix))
            .filter((key) => after === undefined || compareKeys(key, after) > 0)
            .sort(compareKeys);
          assert.deepEqual([...keys.range(prefix, after)], expected);
        }
      }),
    );
  });

  it('are as many as were added, beyond what stays by itself', () => {
    const keys = createSortedKeys();
    for (let at = 0; at < 5_000; at += 1) {
      keys.add(`k${(at * 7_919) % 5_000}`);
      if (at % 700 === 0) assert.equal([...keys.range('k', undefined)].length, at + 1);
    }
    assert.deepEqual(
      [...keys.range('k499', 'k4990')],
      [1, 2, 3, 4, 5, 6, 7, 8, 9].map((at) => `k499${at}`),
    );
  });
});
