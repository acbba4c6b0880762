import assert from 'node:assert/strict';
import fc from 'fast-check';
import { compareKeys } from '../../ports/key-order.ts';
import {
  addKey,
  appendKey,
  checksumOf,
  createKeyIndex,
  deleteKey,
  hasKey,
  keysWithPrefix,
} from './key-index.ts';
import type { KeyIndex } from './key-index.ts';

/** Few different keys, of all widths of UTF-8, that share prefixes. */
const key = fc.string({
  unit: fc.constantFrom('a', 'b', 'é', '\u{e000}', '\u{10000}'),
  maxLength: 4,
});

const checksum = (index: KeyIndex, each: string): number | undefined => {
  const place = checksumOf(index, each);
  return place?.checksums[place.at];
};

describe('The index of keys', () => {
  it('is a sorted set', () => {
    const change = fc.tuple(fc.boolean(), key);
    fc.assert(
      fc.property(fc.array(change, { maxLength: 200 }), key, key, (changes, prefix, after) => {
        const index = createKeyIndex();
        const model = new Map<string, number>();
        for (const [at, [adds, each]] of changes.entries()) {
          if (adds) addKey(index, each, at);
          else deleteKey(index, each);
          if (adds) model.set(each, at);
          else model.delete(each);
          assert.equal(hasKey(index, each), adds);
        }
        const sorted = [...model.keys()].sort(compareKeys);
        for (const [each, at] of model) assert.equal(checksum(index, each), at);
        assert.equal(index.size, model.size);
        assert.deepEqual([...keysWithPrefix(index, '')], sorted);
        const within = sorted.filter((each) => each.startsWith(prefix));
        assert.deepEqual([...keysWithPrefix(index, prefix)], within);
        const behind = within.filter((each) => compareKeys(each, after) > 0);
        assert.deepEqual([...keysWithPrefix(index, prefix, after)], behind);
      }),
    );
  });

  it('keeps its order over many leaves, filled in any order and emptied', () => {
    const keys = Array.from({ length: 5_000 }, (_, at) =>
      `${(at * 7_919) % 5_000}`.padStart(5, '0'),
    );
    const index = createKeyIndex();
    for (const each of keys) addKey(index, each, Number(each));
    for (const each of keys) assert.equal(checksum(index, each), Number(each));
    const sorted = [...keys].sort(compareKeys);
    assert.deepEqual([...keysWithPrefix(index, '')], sorted);
    assert.deepEqual([...keysWithPrefix(index, '012')], sorted.slice(1_200, 1_300));
    for (const each of keys) deleteKey(index, each);
    assert.deepEqual({ ...index, changes: 0 }, createKeyIndex());
  });

  it('appends in order only', () => {
    const index = createKeyIndex();
    assert(appendKey(index, 'a', 7));
    assert(appendKey(index, '\u{e000}', 7));
    assert(appendKey(index, '\u{10000}', 7));
    assert(!appendKey(index, '\u{10000}', 7));
    assert(!appendKey(index, 'b', 7));
    assert.equal(index.size, 3);
  });

  it('goes on in order when it changes meanwhile', () => {
    const index = createKeyIndex();
    for (let at = 0; at < 2_000; at += 1) addKey(index, `${at}`.padStart(4, '0'), at);
    const seen: string[] = [];
    for (const each of keysWithPrefix(index, '')) {
      seen.push(each);
      if (each.endsWith('+')) continue;
      deleteKey(index, each);
      deleteKey(index, `${Number(each) + 1}`.padStart(4, '0'));
      addKey(index, `${each}+`, 0);
    }
    assert.deepEqual(seen, [...seen].sort(compareKeys));
    assert(seen.includes('1998') && seen.includes('1998+') && !seen.includes('1999'));
  });
});
