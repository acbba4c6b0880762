/**
 * Rows one after the other, as a snapshot carries them:
 *
 *   number    length of the key in bytes, 4 bytes, little end first
 *   number    length of the record, likewise
 *   ...       the key in UTF-8, the record as it is on disk, with its seal
 *
 * The seal goes along, so that a row is checked from one disk to the other.
 */
import { Damage } from './damage.ts';

const HEADER_BYTES = 8;

export function encodeFrame(key: string, record: Uint8Array): Buffer {
  const keyBytes = Buffer.byteLength(key);
  const frame = Buffer.allocUnsafe(HEADER_BYTES + keyBytes + record.length);
  frame.writeUInt32LE(keyBytes, 0);
  frame.writeUInt32LE(record.length, 4);
  frame.write(key, HEADER_BYTES);
  frame.set(record, HEADER_BYTES + keyBytes);
  return frame;
}

/** Puts rows together again from pieces of any size. */
export interface FrameReader {
  /** The rows that end in `piece`. Throws `Damage` for a key that is no UTF-8. */
  push(piece: Uint8Array): (readonly [key: string, record: Buffer])[];
  /** Whether the pieces end where a row does. */
  isComplete(): boolean;
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export function createFrameReader(): FrameReader {
  let parts: Uint8Array[] = [];
  let bytes = 0;
  /** Before that it pays to look at nothing: a row of many pieces is put together once. */
  let wanted = HEADER_BYTES;

  return {
    push: (piece) => {
      parts.push(piece);
      bytes += piece.length;
      const rows: (readonly [string, Buffer])[] = [];
      if (bytes < wanted) return rows;
      let rest = Buffer.concat(parts);
      for (;;) {
        wanted = HEADER_BYTES;
        if (rest.length < wanted) break;
        const keyEnd = HEADER_BYTES + rest.readUInt32LE(0);
        wanted = keyEnd + rest.readUInt32LE(4);
        if (rest.length < wanted) break;
        rows.push([decodeKey(rest.subarray(HEADER_BYTES, keyEnd)), rest.subarray(keyEnd, wanted)]);
        rest = rest.subarray(wanted);
      }
      parts = [rest];
      bytes = rest.length;
      return rows;
    },
    isComplete: () => bytes === 0,
  };
}

function decodeKey(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    throw new Damage('a key is not UTF-8', { cause });
  }
}
