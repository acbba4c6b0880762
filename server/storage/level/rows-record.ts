/**
 * The keys of all rows and their checksums as bytes, for the closing record of a state:
 *
 *   byte      format version, 1
 *   number    revision of the position that they belong to
 *   number    how many rows
 *   ...       each key: its length, 4 bytes, then UTF-8
 *   ...       each checksum, 4 bytes
 *
 * A number has 8 bytes. All have their big end first.
 */
import { addRow, createRowsHash } from '../../codec/rows-hash.ts';
import type { RowsHash } from '../../codec/rows-hash.ts';
import { appendKey, createKeyIndex } from './key-index.ts';
import type { KeyIndex } from './key-index.ts';
import { readUint64, UINT64_BYTES, writeUint64 } from './uint64.ts';

const FORMAT_VERSION = 1;
const REVISION_AT = 1;
const ROWS_AT = REVISION_AT + UINT64_BYTES;
const KEYS_AT = ROWS_AT + UINT64_BYTES;
const CHECKSUM_BYTES = 4;
const LENGTH_BYTES = 4;

export interface RecordedRows {
  readonly revision: number;
  readonly keys: KeyIndex;
  readonly hash: RowsHash;
}

export function encodeRows(revision: number, { leaves, size }: KeyIndex): Buffer {
  let bytes = KEYS_AT + size * CHECKSUM_BYTES;
  for (const { keys } of leaves) {
    for (const key of keys) bytes += LENGTH_BYTES + Buffer.byteLength(key);
  }
  const record = Buffer.allocUnsafe(bytes);
  record[0] = FORMAT_VERSION;
  writeUint64(record, revision, REVISION_AT);
  writeUint64(record, size, ROWS_AT);
  let at = KEYS_AT;
  for (const { keys } of leaves) {
    for (const key of keys) {
      const length = record.write(key, at + LENGTH_BYTES);
      at = record.writeUInt32BE(length, at) + length;
    }
  }
  for (const { keys, checksums } of leaves) {
    for (let place = 0; place < keys.length; place += 1) {
      at = record.writeUInt32BE(checksums[place] ?? 0, at);
    }
  }
  return record;
}

/** Undefined for what this program does not understand: then the rows are to be read. */
export function decodeRows(record: Buffer): RecordedRows | undefined {
  if (record[0] !== FORMAT_VERSION) return undefined;
  const revision = readUint64(record, REVISION_AT);
  const rows = readUint64(record, ROWS_AT);
  const keys = createKeyIndex();
  const hash = createRowsHash();
  let at = KEYS_AT;
  for (let row = 0; row < rows; row += 1) {
    const begin = at + LENGTH_BYTES;
    at = begin + record.readUInt32BE(at);
    const key = record.toString('utf8', begin, at);
    const checksum = record.readUInt32BE(record.length - (rows - row) * CHECKSUM_BYTES);
    addRow(hash, checksum);
    if (!appendKey(keys, key, checksum)) return undefined;
  }
  return { revision, keys, hash };
}
