import assert from 'node:assert/strict';
import fc from 'fast-check';
import { copyRowsHash, createRowsHash, formatRowsHash, parseRowsHash } from './rows-hash.ts';
import { replaceRow, rowChecksum } from './rows-hash.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

const hashOf = (rows: readonly (readonly [string, string])[]): string => {
  const hash = createRowsHash();
  for (const [key, value] of rows) replaceRow(hash, key, undefined, bytes(value));
  return formatRowsHash(hash);
};

const changes = fc.array(
  fc.tuple(
    fc.constantFrom('a', 'b', 'c', 'dd'),
    fc.option(fc.string({ maxLength: 3 }), { nil: undefined }),
  ),
);

describe('The hash of rows', () => {
  it('stays what it is: members of all versions compare it', () => {
    assert.equal(hashOf([]), '0000000000000000');
    assert.equal(rowChecksum('k/a', bytes('value')), 631_324_912);
    assert.equal(hashOf([['k/a', 'value']]), '8b3819677642bb62');
    assert.equal(
      hashOf([
        ['k/ä€', ''],
        ['m/time', '\u0000'],
      ]),
      'dd419c8de73b5bb4',
    );
  });

  it('follows puts, overwriting and deleting to what the rows that are left have', () => {
    fc.assert(
      fc.property(changes, (made) => {
        const hash = createRowsHash();
        const rows = new Map<string, string>();
        for (const [key, value] of made) {
          const before = rows.get(key);
          const after = value === undefined ? undefined : bytes(value);
          replaceRow(hash, key, before === undefined ? undefined : bytes(before), after);
          if (value === undefined) rows.delete(key);
          else rows.set(key, value);
        }
        assert.equal(formatRowsHash(hash), hashOf([...rows].reverse()));
      }),
    );
  });

  const different: readonly (readonly [string, readonly (readonly [string, string])[]])[] = [
    [
      'another value',
      [
        ['a', '1'],
        ['b', '3'],
      ],
    ],
    [
      'values that have changed places',
      [
        ['a', '2'],
        ['b', '1'],
      ],
    ],
    ['a row less', [['a', '1']]],
    [
      'a row under another key',
      [
        ['a', '1'],
        ['c', '2'],
      ],
    ],
    [
      'a key that takes a letter of its value',
      [
        ['a1', ''],
        ['b', '2'],
      ],
    ],
    [
      'a row twice',
      [
        ['a', '1'],
        ['b', '2'],
        ['b', '2'],
      ],
    ],
  ];
  for (const [what, rows] of different) {
    it(`tells ${what}`, () => {
      assert.notEqual(
        hashOf(rows),
        hashOf([
          ['a', '1'],
          ['b', '2'],
        ]),
      );
    });
  }

  it('is read again from its text', () => {
    const hash = { low: 7, high: 0xffffffff };
    assert.deepEqual(parseRowsHash(formatRowsHash(hash)), hash);
    assert.deepEqual(copyRowsHash(hash), hash);
  });
});
