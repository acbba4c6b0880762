import assert from 'node:assert/strict';
import type { Entry } from '../../raft/entry.ts';
import { toIndex, toTerm } from '../../raft/ids.ts';
import { Damage } from './damage.ts';
import { decodeGroup, encodeGroup, groupsOf } from './log-group-record.ts';
import type { EntryRecord } from './log-group-record.ts';
import { groupKey } from './log-keys.ts';
import { entryOf } from './testing/content.ts';

describe('A group of several entries', () => {
  const FIRST = toIndex(7);
  const key = groupKey(FIRST);
  const entries: readonly Entry[] = [
    { ...entryOf(7, 3, ''), kind: 'noop' },
    entryOf(8, 3, 'data'),
    { ...entryOf(9, 4, 'of a new term'), kind: 'configuration' },
  ];
  const record = encodeGroup(key, entries, toTerm(2));
  const decode = (bytes: Buffer): EntryRecord[] => [...decodeGroup(key, FIRST, bytes)];
  const ends = decode(record).map(({ end }) => end);

  it('names the term before each entry', () => {
    assert.deepEqual(
      decode(record).map(({ entry, previousTerm }) => ({ entry, previousTerm })),
      entries.map((entry, at) => ({ entry, previousTerm: [2, 3, 3][at] })),
    );
  });

  it('hands out views', () => {
    for (const { entry } of decode(record)) assert.equal(entry.data.buffer, record.buffer);
  });

  it('is a group as well when it is cut behind any entry, and nowhere else', () => {
    for (let end = 0; end < record.length; end += 1) {
      const count = ends.indexOf(end) + 1;
      if (count === 0) assert.throws(() => decode(record.subarray(0, end)), Damage);
      else assert.equal(decode(record.subarray(0, end)).length, count);
    }
  });

  it('is read up to the first entry with a changed bit', () => {
    for (let bit = 0; bit < record.length * 8; bit += 1) {
      const copy = Buffer.from(record);
      copy.writeUInt8(copy.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      const found: Entry[] = [];
      assert.throws(() => {
        for (const { entry } of decodeGroup(key, FIRST, copy)) found.push(entry);
      }, Damage);
      assert.equal(found.length, ends.filter((end) => end <= bit >> 3).length, `bit ${bit}`);
    }
  });

  it('is read up to the first of two entries that changed places', () => {
    const alike = [entryOf(7, 3, 'a'), entryOf(8, 3, 'b'), entryOf(9, 3, 'c')];
    const bytes = encodeGroup(key, alike, toTerm(3));
    const [one = 0, two = 0] = decode(bytes).map(({ end }) => end);
    const swapped = Buffer.concat([
      bytes.subarray(0, one),
      bytes.subarray(two),
      bytes.subarray(one, two),
    ]);
    const reader = decodeGroup(key, FIRST, swapped);
    assert.equal(reader.next().done, false);
    assert.throws(() => reader.next(), { name: 'Damage', message: 'wrong checksum' });
  });
});

describe('Entries appended together', () => {
  const sizes = (...bytes: readonly number[]): number[][] => {
    const entries = bytes.map((size, at) => entryOf(at + 1, 1, 'x'.repeat(size)));
    return [...groupsOf(entries)].map((group) => group.map(({ data }) => data.length));
  };
  const LIMIT = 256 << 10;
  const CASES: readonly { what: string; given: readonly number[]; groups: number[][] }[] = [
    { what: 'none: no group', given: [], groups: [] },
    { what: 'one too large: a group of its own', given: [LIMIT], groups: [[LIMIT]] },
    { what: 'that fit to the byte: one group', given: [0, LIMIT - 43], groups: [[0, LIMIT - 43]] },
    {
      what: 'a byte too many: two',
      given: [0, LIMIT - 42],
      groups: [[0], [LIMIT - 42]],
    },
    {
      what: 'large ones between small ones: split around them',
      given: [1, 2, LIMIT, LIMIT, 3, 4],
      groups: [[1, 2], [LIMIT], [LIMIT], [3, 4]],
    },
  ];
  for (const { what, given, groups } of CASES) {
    it(what, () => assert.deepEqual(sizes(...given), groups));
  }
});
