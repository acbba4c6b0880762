import assert from 'node:assert/strict';
import fc from 'fast-check';
import { rowOfKey, rowsWith } from './key.ts';

/** Few characters, those among them that mean something in a row. */
const part = fc
  .array(fc.constantFrom('\u0000', '\u0001', '\u0002', '/', 'a', 'b'), { maxLength: 3 })
  .map((characters) => characters.join(''));
const key = fc.tuple(part, part);

const compare = (one: readonly string[], other: readonly string[]): number => {
  const at = one.findIndex((each, index) => each !== other[index]);
  if (at < 0) return 0;
  return Buffer.compare(Buffer.from(one[at]!), Buffer.from(other[at]!));
};
const rowOrder = (one: string, other: string): number =>
  Buffer.compare(Buffer.from(one), Buffer.from(other));

describe('The row of a key', () => {
  it('is that of no other key, and comes in the order of its parts', () => {
    fc.assert(
      fc.property(key, key, (one, other) => {
        const order = rowOrder(rowOfKey('t', one), rowOfKey('t', other));
        assert.equal(Math.sign(order), Math.sign(compare(one, other)));
      }),
      { numRuns: 2_000 },
    );
  });

  it('begins as those of its first part do, and as no others do', () => {
    fc.assert(
      fc.property(key, part, ([first, second], other) => {
        const row = rowOfKey('t', [first, second]);
        assert.equal(row.startsWith(rowsWith('t', [other])), first === other);
        assert.ok(row.startsWith(rowsWith('t', [])));
      }),
      { numRuns: 2_000 },
    );
  });
});
