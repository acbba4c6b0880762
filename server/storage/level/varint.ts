/** Numbers of seven bits in each byte, lowest first, the top bit set in all but the last (LEB128), as LevelDB has them. */
import { Damage } from './damage.ts';

/** Where a reader is in its bytes. */
export interface Cursor {
  readonly bytes: Buffer;
  at: number;
}

/** Throws `Damage` for what is no safe integer, or cut off. */
export function readVarint(cursor: Cursor): number {
  let value = 0;
  for (let unit = 1; ; unit *= 0x80) {
    const byte = cursor.bytes[cursor.at];
    cursor.at += 1;
    if (byte === undefined) throw new Damage('a number is cut off');
    value += (byte % 0x80) * unit;
    if (!Number.isSafeInteger(value)) throw new Damage('a number is out of range');
    if (byte < 0x80) return value;
  }
}

/** The next `length` bytes, as a view. Throws `Damage` if there are less. */
export function readBytes(cursor: Cursor, length: number): Buffer {
  const begin = cursor.at;
  cursor.at += length;
  if (cursor.at > cursor.bytes.length) throw new Damage('cut off');
  return cursor.bytes.subarray(begin, cursor.at);
}
