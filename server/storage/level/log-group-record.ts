/**
 * Entries that are appended together, as one record: so LevelDB puts and deletes one key for all of
 * them. Numbers have 8 bytes, big end first.
 *
 *   byte      format version, 2
 *   number    term of the entry before the first
 *
 * Then each entry. The first one's index is that of the key:
 *
 *   length    of the data, 4 bytes, big end first
 *   byte      kind: 0 noop, 1 command, 2 configuration
 *   number    term
 *   ...       data
 *   checksum  CRC-32 of the key and of all before it but other checksums, 4 bytes, little end first
 *
 * Each checksum goes on from the one before. So the first wrong one tells which entry is damaged or
 * not in its place, and a group that is cut behind any entry is a group again.
 *
 * Index and term of an entry tell the whole log before it (paper §5.3, Log Matching), so the term of
 * the entry before chains the groups: a batch that LevelDB lost between two others does not pass.
 */
import { crc32 } from 'node:zlib';
import type { Entry, EntryKind } from '../../raft/entry.ts';
import { advance, toTerm } from '../../raft/ids.ts';
import type { Index, Term } from '../../raft/ids.ts';
import { Damage } from './damage.ts';
import { unknownVersion } from './sealed-record.ts';
import { readUint64, writeUint64 } from './uint64.ts';

const FORMAT_VERSION = 2;
const PREVIOUS_AT = 1;
const HEAD_BYTES = 9;

/** Within an entry. */
const KIND_AT = 4;
const TERM_AT = 5;
const DATA_AT = 13;
const CHECKSUM_BYTES = 4;
const OVERHEAD_BYTES = DATA_AT + CHECKSUM_BYTES;

/** The most bytes of a group of several entries: who wants one of them has LevelDB read them all. */
const GROUP_BYTES_MAX = 256 << 10;

// The place of a name is its number in the format: append only.
const KINDS: readonly EntryKind[] = ['noop', 'command', 'configuration'];

export interface EntryRecord {
  readonly entry: Entry;
  /** Of the entry before, or of the base. */
  readonly previousTerm: Term;
  /** Where it ends: so much of the record is a group that ends with it. */
  readonly end: number;
}

/** Splits `entries` in groups of bounded size, of one entry at least. */
export function* groupsOf(entries: readonly Entry[]): Generator<readonly Entry[]> {
  let begin = 0;
  let bytes = HEAD_BYTES;
  for (const [at, entry] of entries.entries()) {
    const more = OVERHEAD_BYTES + entry.data.length;
    if (at > begin && bytes + more > GROUP_BYTES_MAX) {
      yield entries.slice(begin, at);
      begin = at;
      bytes = HEAD_BYTES;
    }
    bytes += more;
  }
  if (begin < entries.length) yield entries.slice(begin);
}

/** Copies the entries' data, once. */
export function encodeGroup(key: Buffer, entries: readonly Entry[], previousTerm: Term): Buffer {
  let bytes = HEAD_BYTES;
  for (const { data } of entries) bytes += OVERHEAD_BYTES + data.length;
  const record = Buffer.allocUnsafe(bytes);
  record[0] = FORMAT_VERSION;
  writeUint64(record, previousTerm, PREVIOUS_AT);
  let checksum = crc32(record.subarray(0, HEAD_BYTES), crc32(key));
  let at = HEAD_BYTES;
  for (const { kind, term, data } of entries) {
    record.writeUInt32BE(data.length, at);
    record[at + KIND_AT] = KINDS.indexOf(kind);
    writeUint64(record, term, at + TERM_AT);
    record.set(data, at + DATA_AT);
    const end = at + DATA_AT + data.length;
    checksum = crc32(record.subarray(at, end), checksum);
    record.writeUInt32LE(checksum, end);
    at = end + CHECKSUM_BYTES;
  }
  return record;
}

/**
 * The entries of a group, from `first` on, each checked when its turn comes; their data are views of
 * `record`. Throws `Damage` for the one that is next.
 *
 * @param trusted checksums are left for when the entry is used.
 */
export function* decodeGroup(
  key: Buffer,
  first: Index,
  record: Buffer,
  trusted = false,
): Generator<EntryRecord> {
  // No checksum is over all of a group: another version may just as well be damage.
  const problem = unknownVersion(record, FORMAT_VERSION);
  if (problem !== undefined) throw new Damage(problem);
  let previousTerm = toTerm(readUint64(record, PREVIOUS_AT));
  let checksum = crc32(record.subarray(0, HEAD_BYTES), crc32(key));
  let at = HEAD_BYTES;
  for (let index = first; at < record.length || index === first; index = advance(index)) {
    if (at + OVERHEAD_BYTES > record.length) throw new Damage('cut off');
    const end = at + DATA_AT + record.readUInt32BE(at);
    if (end + CHECKSUM_BYTES > record.length) throw new Damage('cut off, or wrong length');
    if (!trusted) {
      checksum = crc32(record.subarray(at, end), checksum);
      if (record.readUInt32LE(end) !== checksum) throw new Damage('wrong checksum');
    }
    const number = record[at + KIND_AT];
    const kind = KINDS[number ?? KINDS.length];
    if (kind === undefined) throw new Damage(`unknown kind ${number ?? 'none'}`);
    const term = toTerm(readUint64(record, at + TERM_AT));
    const data = record.subarray(at + DATA_AT, end);
    at = end + CHECKSUM_BYTES;
    yield { entry: { index, term, kind, data }, previousTerm, end: at };
    previousTerm = term;
  }
}
