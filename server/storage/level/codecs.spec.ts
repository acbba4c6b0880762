/** Every layout on disk and on its way: fixed bytes, and no bit of them that may change unnoticed. */
import assert from 'node:assert/strict';
import type { Configuration } from '../../raft/membership/configuration.ts';
import { toIndex, toMemberId, toTerm } from '../../raft/ids.ts';
import { parseRowsHash, rowChecksum } from '../../codec/rows-hash.ts';
import { Damage } from './damage.ts';
import { decodeDirectoryFile, encodeDirectoryFile } from './directory-file.ts';
import { decodeGroup, encodeGroup } from './log-group-record.ts';
import { decodeLogHeader, encodeLogHeader } from './log-header.ts';
import { decodeLogKey, groupKey, headerKey } from './log-keys.ts';
import {
  decodePosition,
  decodePositionKey,
  encodePosition,
  positionKey,
} from './position-record.ts';
import { checksumOfRecord, decodeRow, encodeRow } from './row-record.ts';
import { seal, SEAL_BYTES } from './sealed-record.ts';
import { decodeChunk, encodeChunk } from './snapshot-chunk.ts';

const text = (value: string): Buffer => Buffer.from(value);

const entry = {
  index: toIndex(0x1122334455667),
  term: toTerm(9),
  kind: 'configuration',
  data: text('data'),
} as const;

const header = {
  base: { index: toIndex(4), term: toTerm(2) },
  last: { index: toIndex(7), term: toTerm(3) },
  resetThrough: toIndex(6),
  hardState: { term: toTerm(5), vote: toMemberId(2) },
  identity: { cluster: 'cl', member: toMemberId(3) },
};

const configuration: Configuration = {
  members: [{ id: toMemberId(1), directory: 'd1', priority: 2, standing: 'voter' }],
  outgoing: [],
  nextMemberId: toMemberId(4),
  trust: 'lease',
};

const position = {
  position: {
    index: toIndex(8),
    term: toTerm(3),
    configuration,
    configurationIndex: toIndex(1),
    installed: true,
  },
  rows: 5,
  hash: '0123456789abcdef',
};

/** A position as releases before the hash wrote it. */
const FORMAT_1 =
  '0101000000000000000800000000000000030000000000000001000000000000000501010401' +
  '01000202643103ece692';

const chunk = {
  sequence: 3,
  last: true,
  position: { index: toIndex(8), term: toTerm(3) },
  payload: text('rows'),
};

interface Layout {
  readonly name: string;
  readonly key: Buffer;
  readonly record: Buffer;
  /** In hexadecimal: key, then record. */
  readonly golden: string;
  /** Of the format; 1 unless it says so. */
  readonly version?: number;
  readonly value: unknown;
  readonly decode: (key: Buffer, record: Buffer) => unknown;
}

const LAYOUTS: readonly Layout[] = [
  {
    name: 'A group of entries',
    key: groupKey(entry.index),
    record: encodeGroup(groupKey(entry.index), [entry], toTerm(8)),
    golden: '020001122334455667 020000000000000008000000040200000000000000096461746125575f2d',
    version: 2,
    value: [{ entry, previousTerm: 8, end: 30 }],
    decode: (key, record) => [...decodeGroup(key, entry.index, record)],
  },
  {
    name: 'The header of a log',
    key: headerKey(7),
    record: encodeLogHeader(headerKey(7), header),
    golden:
      '010000000000000007 0101000000000000000400000000000000020000000000000007000000000000000300000000' +
      '00000006000000000000000500000000000000020000000000000003636cb26a9252',
    value: header,
    decode: decodeLogHeader,
  },
  {
    name: 'A row',
    key: text('kéy'),
    record: encodeRow('kéy', text('value')),
    golden: '6bc3a979 0176616c7565afbd3c97',
    value: text('value'),
    // A flip may leave bytes that are no UTF-8, and come as another character.
    decode: (key, record) => decodeRow(key.toString(), record),
  },
  {
    name: 'The position of a state',
    key: positionKey(7),
    record: encodePosition(
      positionKey(7),
      position.position,
      position.rows,
      parseRowsHash(position.hash),
    ),
    golden:
      'ff0000000000000007 020100000000000000080000000000000003000000000000000100000000000000050123456789abcdef' +
      '01010401010002026431732a5467',
    version: 2,
    value: position,
    decode: decodePosition,
  },
  {
    name: 'A chunk',
    key: Buffer.alloc(0),
    record: encodeChunk(chunk),
    golden: '0101000000000000000300000000000000080000000000000003726f77737a041112',
    value: chunk,
    decode: (_key, record) => decodeChunk(record),
  },
];

const flips = function* (bytes: Buffer): Iterable<Buffer> {
  for (let bit = 0; bit < bytes.length * 8; bit += 1) {
    const copy = Buffer.from(bytes);
    copy.writeUInt8(copy.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
    yield copy;
  }
};

for (const { name, key, record, golden, version = 1, value, decode } of LAYOUTS) {
  describe(name, () => {
    it('has this layout', () => {
      assert.equal(`${key.toString('hex')} ${record.toString('hex')}`.trim(), golden);
      assert.deepEqual(decode(key, record), value);
    });

    it('is refused with any bit of record or key changed', () => {
      for (const flipped of flips(record)) assert.throws(() => decode(key, flipped), Damage);
      for (const flipped of flips(key)) assert.throws(() => decode(flipped, record), Damage);
    });

    it('is refused when it is cut off or goes on', () => {
      for (let end = 0; end < record.length; end += 1) {
        assert.throws(() => decode(key, record.subarray(0, end)), Damage);
      }
      assert.throws(() => decode(key, Buffer.concat([record, Buffer.alloc(1)])), Damage);
    });

    it('is refused by its version when that is another, whatever follows', () => {
      const newer = Buffer.alloc(1 + SEAL_BYTES, version + 1);
      const sealed = seal(key, newer);
      assert.throws(() => decode(key, sealed), {
        name: 'Damage',
        message: new RegExp(`version ${version + 1} is not known`),
      });
      const bare = Buffer.alloc(1 + SEAL_BYTES, version);
      if (name !== 'A row') assert.throws(() => decode(key, seal(key, bare)), Damage);
    });
  });
}

describe('The position of a state of format 1', () => {
  it('is read, without a hash', () => {
    const record = Buffer.from(FORMAT_1, 'hex');
    assert.deepEqual(decodePosition(positionKey(7), record), { ...position, hash: undefined });
  });
});

describe('The seal of a row', () => {
  it('is what it counts with in the hash of all rows', () => {
    for (const [key, value] of [
      ['', ''],
      ['kéy', 'value'],
    ] as const) {
      assert.equal(checksumOfRecord(encodeRow(key, text(value))), rowChecksum(key, text(value)));
    }
  });
});

describe('Keys', () => {
  it('sort as their numbers do', () => {
    const numbers = [0, 1, 255, 256, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1];
    const keys = numbers.map((each) => groupKey(toIndex(each)));
    assert.deepEqual(
      [...keys].reverse().sort((a, b) => Buffer.compare(a, b)),
      keys,
    );
    assert.deepEqual(
      keys.map((key) => decodeLogKey(key)),
      numbers.map((first) => ({ kind: 'group', first })),
    );
    assert(Buffer.compare(headerKey(2 ** 53 - 1), groupKey(toIndex(0))) < 0);
    assert.equal(decodePositionKey(positionKey(2 ** 53 - 1)), 2 ** 53 - 1);
  });

  it('are refused when nothing has them', () => {
    for (const key of [
      '',
      '02',
      '03'.padEnd(18, '0'),
      '02'.padEnd(20, '0'),
      '02'.padEnd(18, 'f'),
    ]) {
      assert.throws(() => decodeLogKey(Buffer.from(key, 'hex')), Damage);
    }
    assert.throws(() => decodePositionKey(Buffer.of(0xff)), Damage);
  });
});

describe('The file of a data directory', () => {
  const id = '0f4a2c36-94be-4c5e-8a57-9c1d6a5be210';
  const file = encodeDirectoryFile(id);

  it('has this layout', () => {
    assert.equal(
      file,
      '{"format":1,"directory":"0f4a2c36-94be-4c5e-8a57-9c1d6a5be210","checksum":"a1975397"}\n',
    );
    assert.deepEqual(decodeDirectoryFile(file), { kind: 'known', id });
  });

  it('is refused with any bit changed', () => {
    for (const flipped of flips(text(file))) {
      let kind: string;
      try {
        ({ kind } = decodeDirectoryFile(flipped.toString()));
      } catch (error) {
        assert(error instanceof Damage);
        kind = 'damaged';
      }
      // A space at the end is the file's own.
      if (flipped.toString().trim() !== file.trim())
        assert.notEqual(kind, 'known', flipped.toString());
    }
  });

  it('tells a newer format and other programs from damage', () => {
    assert.equal(decodeDirectoryFile('{"format":2,"layout":"other"}').kind, 'foreign');
    assert.equal(decodeDirectoryFile('{"name":"etcd"}').kind, 'foreign');
    for (const broken of ['', '[]'.slice(1), '7', file.slice(0, 40)]) {
      assert.throws(() => decodeDirectoryFile(broken), Damage);
    }
  });
});
