import assert from 'node:assert/strict';
import fc from 'fast-check';
import { addRow, createRowsHash } from '../../codec/rows-hash.ts';
import { addKey, checksumOf, createKeyIndex, keysWithPrefix } from './key-index.ts';
import { decodeRows, encodeRows } from './rows-record.ts';

/** Keys of rows are well-formed text. */
const rowsArbitrary = fc.uniqueArray(
  fc.tuple(fc.string({ unit: 'binary', maxLength: 40 }), fc.nat({ max: 2 ** 32 - 1 })),
  { selector: ([key]) => key, maxLength: 2_000 },
);

describe('A record of all rows', () => {
  it('gives back keys, checksums and their hash', () => {
    fc.assert(
      fc.property(rowsArbitrary, fc.nat(), (rows, revision) => {
        const index = createKeyIndex();
        const hash = createRowsHash();
        for (const [key, checksum] of rows) {
          addKey(index, key, checksum);
          addRow(hash, checksum);
        }
        const found = decodeRows(encodeRows(revision, index));
        assert(found !== undefined);
        assert.deepEqual([found.revision, found.hash], [revision, hash]);
        assert.deepEqual([...keysWithPrefix(found.keys, '')], [...keysWithPrefix(index, '')]);
        for (const [key, checksum] of rows) {
          const place = checksumOf(found.keys, key);
          assert.equal(place?.checksums[place.at], checksum);
        }
      }),
    );
  });

  it('of another version is not understood', () => {
    const record = encodeRows(3, createKeyIndex());
    record[0] = 9;
    assert.equal(decodeRows(record), undefined);
  });
});
