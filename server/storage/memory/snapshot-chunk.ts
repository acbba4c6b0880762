import { StorageError } from '../../ports/outcome.ts';

/** A row of a snapshot. */
export type Row = readonly [key: string, value: Uint8Array];

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });

/**
 * A chunk: per row the lengths of key and value, 4 bytes each, little end first, then both.
 * Takes rows off the front of `rows` until the chunk has `bytesMax`, at least one.
 */
export function encodeChunk(rows: Iterator<Row>, bytesMax: number): Uint8Array | undefined {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  while (bytes < bytesMax) {
    const next = rows.next();
    if (next.done === true) break;
    const key = encoder.encode(next.value[0]);
    const value = next.value[1];
    const lengths = new Uint8Array(8);
    const view = new DataView(lengths.buffer);
    view.setUint32(0, key.length, true);
    view.setUint32(4, value.length, true);
    parts.push(lengths, key, value);
    bytes += lengths.length + key.length + value.length;
  }
  return parts.length === 0 ? undefined : concatenate(parts, bytes);
}

/** The rows of a chunk. Throws StorageError `corrupt` on anything that `encodeChunk` does not write. */
export function decodeChunk(chunk: Uint8Array): readonly Row[] {
  const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  const rows: Row[] = [];
  let at = 0;
  while (at < chunk.length) {
    if (at + 8 > chunk.length) throw corrupt();
    const keyEnd = at + 8 + view.getUint32(at, true);
    const valueEnd = keyEnd + view.getUint32(at + 4, true);
    if (valueEnd > chunk.length) throw corrupt();
    rows.push([decodeKey(chunk.subarray(at + 8, keyEnd)), chunk.slice(keyEnd, valueEnd)]);
    at = valueEnd;
  }
  return rows;
}

function decodeKey(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    throw new StorageError('corrupt', 'snapshot chunk: a key is not UTF-8', { cause });
  }
}

function concatenate(parts: readonly Uint8Array[], bytes: number): Uint8Array {
  const whole = new Uint8Array(bytes);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

const corrupt = (): StorageError => new StorageError('corrupt', 'snapshot chunk: cut off');
