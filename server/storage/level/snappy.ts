/** Snappy (format_description.txt of google/snappy), decompression only: LevelDB's tables have blocks of it. */
import { Damage } from './damage.ts';
import { readBytes, readVarint } from './varint.ts';
import type { Cursor } from './varint.ts';

const KIND = { literal: 0, copy1: 1, copy2: 2, copy4: 3 } as const;
/** Lengths of literals up to here stand in the tag; above, the tag says in how many bytes they follow. */
const LITERAL_INLINE_MAX = 60;

/** Throws `Damage`. */
export function uncompress(bytes: Buffer): Buffer {
  const cursor: Cursor = { bytes, at: 0 };
  const output = Buffer.alloc(readVarint(cursor));
  let written = 0;
  while (cursor.at < bytes.length) {
    const tag = readNumber(cursor, 1);
    const kind = tag & 3;
    if (kind === KIND.literal) {
      const short = (tag >> 2) + 1;
      const length =
        short <= LITERAL_INLINE_MAX ? short : readNumber(cursor, short - LITERAL_INLINE_MAX) + 1;
      check(written + length <= output.length);
      output.set(readBytes(cursor, length), written);
      written += length;
      continue;
    }
    const length = kind === KIND.copy1 ? ((tag >> 2) & 7) + 4 : (tag >> 2) + 1;
    const offset =
      kind === KIND.copy1
        ? (tag >> 5) * 256 + readNumber(cursor, 1)
        : readNumber(cursor, kind === KIND.copy2 ? 2 : 4);
    check(offset > 0 && offset <= written && written + length <= output.length);
    // Byte by byte: a copy may reach into what it writes.
    for (const end = written + length; written < end; written += 1) {
      output[written] = output[written - offset] ?? 0;
    }
  }
  check(written === output.length);
  return output;
}

const readNumber = (cursor: Cursor, length: number): number =>
  readBytes(cursor, length).readUIntLE(0, length);

function check(condition: boolean): void {
  if (!condition) throw new Damage('compressed wrongly');
}
