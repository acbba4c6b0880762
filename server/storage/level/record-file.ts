/**
 * LevelDB's files of records, write-ahead files and manifests, read strictly. LevelDB itself skips
 * damaged records of a write-ahead file without a word, and then deletes the file.
 *
 * A file has blocks of 32 KiB, filled with fragments of records (LevelDB, doc/log_format.md):
 *
 *   number    masked CRC-32C of the type and the data, 4 bytes
 *   number    length of the data, 2 bytes
 *   byte      type: 1 whole, 2 first, 3 middle, 4 last
 *   ...       data
 *
 * Numbers have their little end first.
 */
import { maskedCrc32c } from './crc32c.ts';
import { Damage } from './damage.ts';

const BLOCK_BYTES = 32 << 10;
const FRAGMENT_HEADER_BYTES = 7;
/** What a disk writes as one: a torn write leaves such pieces untouched, and an untouched one is zero. */
const SECTOR_BYTES = 512;
const TYPE = { whole: 1, first: 2, middle: 3, last: 4 } as const;
const TYPE_AT = 6;
/** More zeros than a record that is whole ends with: its last bytes are a checksum, or a key. */
const TORN_ZEROS_MIN = 16;

/** One file, under the name by which it is reported. */
export interface RecordFile {
  readonly name: string;
  readonly bytes: Buffer;
}

/**
 * The records of a file. Its end may be torn: that record was being written when the process or the
 * machine died. Throws `Damage` for anything else that is not whole. What was cut off at the end of
 * a record cannot be noticed.
 */
export function* recordsOf({ name, bytes }: RecordFile): Iterable<Buffer> {
  let parts: Buffer[] = [];
  for (const { type, data, at } of fragmentsOf(name, bytes)) {
    const begins = type === TYPE.whole || type === TYPE.first;
    if (begins !== (parts.length === 0)) throw new Damage(`${name}: half a record at byte ${at}`);
    parts.push(data);
    if (type !== TYPE.whole && type !== TYPE.last) continue;
    yield parts.length === 1 ? data : Buffer.concat(parts);
    parts = [];
  }
}

interface Fragment {
  readonly type: number;
  readonly data: Buffer;
  readonly at: number;
}

/** Ends where the file does, or at a torn write. */
function* fragmentsOf(name: string, bytes: Buffer): Iterable<Fragment> {
  let at = 0;
  for (;;) {
    const room = BLOCK_BYTES - (at % BLOCK_BYTES);
    if (room < FRAGMENT_HEADER_BYTES) at += room;
    if (at + FRAGMENT_HEADER_BYTES > bytes.length) return;
    const fragment = fragmentAt(bytes, at);
    if (fragment === undefined) {
      if (isTorn(bytes, at) && !hasRecordBehind(bytes, at)) return;
      throw new Damage(`${name}: wrong checksum at byte ${at}`);
    }
    yield fragment;
    at += FRAGMENT_HEADER_BYTES + fragment.data.length;
  }
}

/** The fragment that begins at `at`, if it is intact. */
function fragmentAt(bytes: Buffer, at: number): Fragment | undefined {
  const type = bytes[at + TYPE_AT] ?? 0;
  const end = endOf(bytes, at);
  if (type < TYPE.whole || type > TYPE.last || end > bytes.length) return undefined;
  if (end > blockEnd(at) || !isIntact(bytes, at, end)) return undefined;
  return { type, data: bytes.subarray(at + FRAGMENT_HEADER_BYTES, end), at };
}

/** Compares the checksum of the fragment at `at`, were it to end at `end`. */
function isIntact(bytes: Buffer, at: number, end: number): boolean {
  return bytes.readUInt32LE(at) === maskedCrc32c(bytes.subarray(at + TYPE_AT, end));
}

/**
 * Whether the fragment at `at` looks as if it was never written whole: the file ends within it, or is
 * zeros from somewhere in it on, since it got its length before its content, or a sector of it is all
 * zeros. A file that only seems to end too early, because the length is damaged,
 * has the right checksum up to its end.
 */
function isTorn(bytes: Buffer, at: number): boolean {
  const end = endOf(bytes, at);
  if (end <= blockEnd(at) && end > bytes.length) return !isIntact(bytes, at, bytes.length);
  const last = Math.min(end, blockEnd(at), bytes.length);
  const zeros = endingZerosOf(bytes);
  if (zeros <= at + TYPE_AT) return true;
  if (zeros < last && bytes.length - zeros >= TORN_ZEROS_MIN) return true;
  for (let from = at; from < last;) {
    const to = Math.min(last, from - (from % SECTOR_BYTES) + SECTOR_BYTES);
    if (bytes.subarray(from, to).every((byte) => byte === 0)) return true;
    from = to;
  }
  return false;
}

/** Where the zeros begin that the file ends with. */
function endingZerosOf(bytes: Buffer): number {
  let at = bytes.length;
  while (at > 0 && bytes[at - 1] === 0) at -= 1;
  return at;
}

/** Whether a record begins anywhere behind `at`. Then what is at `at` was written before, and whole. */
function hasRecordBehind(bytes: Buffer, at: number): boolean {
  for (let from = at + 1; from + FRAGMENT_HEADER_BYTES <= bytes.length; from += 1) {
    const type = bytes[from + TYPE_AT];
    const begins = type === TYPE.whole || type === TYPE.first;
    if (begins && fragmentAt(bytes, from) !== undefined) return true;
  }
  return false;
}

const endOf = (bytes: Buffer, at: number): number =>
  at + FRAGMENT_HEADER_BYTES + bytes.readUInt16LE(at + 4);

const blockEnd = (at: number): number => at - (at % BLOCK_BYTES) + BLOCK_BYTES;
