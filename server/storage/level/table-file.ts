/**
 * LevelDB's tables, checked block by block (LevelDB, doc/table_format.md). LevelDB can do that, but
 * classic-level cannot tell it to; and of a damaged block it may make an assertion that ends the
 * process.
 *
 *   ...       blocks, each with its compression (1 byte: 0 none, 1 snappy) and a masked CRC-32C of both
 *   ...       footer, 48 bytes: handles of two blocks, zeros, 8 bytes of magic
 *
 * A handle is where a block begins and how long it is, two varints. The blocks of the footer list
 * the handles of all others, as the values of rows with shared prefixes.
 */
import { maskedCrc32c } from './crc32c.ts';
import { Damage } from './damage.ts';
import { uncompress } from './snappy.ts';
import { readBytes, readVarint } from './varint.ts';
import type { Cursor } from './varint.ts';

const FOOTER_BYTES = 48;
const MAGIC = 0xdb4775248b80fb57n;
const MAGIC_BYTES = 8;
const CHECKSUM_BYTES = 4;
const COMPRESSION = { none: 0, snappy: 1 } as const;

interface Handle {
  readonly begin: number;
  readonly length: number;
}

/** Throws `Damage` unless every block of the table is what was written. */
export function verifyTable(bytes: Buffer): void {
  if (bytes.length < FOOTER_BYTES) throw new Damage('cut off');
  if (bytes.readBigUInt64LE(bytes.length - MAGIC_BYTES) !== MAGIC) throw new Damage('no table');
  const footer: Cursor = { bytes, at: bytes.length - FOOTER_BYTES };
  for (const list of [readHandle(footer), readHandle(footer)]) {
    for (const handle of handlesIn(blockAt(bytes, list))) checkBlock(bytes, handle);
  }
}

const readHandle = (cursor: Cursor): Handle => ({
  begin: readVarint(cursor),
  length: readVarint(cursor),
});

/** Checks a block; returns it with its compression. */
function checkBlock(bytes: Buffer, { begin, length }: Handle): Buffer {
  const end = begin + length + 1;
  if (end + CHECKSUM_BYTES > bytes.length - FOOTER_BYTES) throw new Damage(`no block at ${begin}`);
  const block = bytes.subarray(begin, end);
  if (bytes.readUInt32LE(end) !== maskedCrc32c(block)) {
    throw new Damage(`wrong checksum of the block at byte ${begin}`);
  }
  return block;
}

function blockAt(bytes: Buffer, handle: Handle): Buffer {
  const block = checkBlock(bytes, handle);
  const content = block.subarray(0, -1);
  const compression = block.at(-1);
  if (compression === COMPRESSION.none) return content;
  if (compression === COMPRESSION.snappy) return uncompress(content);
  throw new Damage(`unknown compression at byte ${handle.begin}`);
}

/** The values of a block's rows, as handles. Behind them stand places to start from, and their count. */
function* handlesIn(block: Buffer): Iterable<Handle> {
  if (block.length < 4) throw new Damage('cut off');
  const starts = block.readUInt32LE(block.length - 4);
  const cursor: Cursor = {
    bytes: block.subarray(0, Math.max(0, block.length - 4 * (starts + 1))),
    at: 0,
  };
  while (cursor.at < cursor.bytes.length) {
    readVarint(cursor);
    const keyBytes = readVarint(cursor);
    const valueBytes = readVarint(cursor);
    readBytes(cursor, keyBytes);
    yield readHandle({ bytes: readBytes(cursor, valueBytes), at: 0 });
  }
}
