import { CodecError } from './codec-error.ts';

/** Bytes that are read from the front. */
export interface Source {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  at: number;
}

export const createSource = (bytes: Uint8Array): Source => ({
  bytes,
  view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
  at: 0,
});

/** Moves behind the next bytes, and returns where they begin. */
export function take(source: Source, bytes: number): number {
  const { at } = source;
  const left = source.bytes.length - at;
  if (bytes > left) {
    throw new CodecError('truncated', `${bytes} bytes are needed, and ${left} are left`);
  }
  source.at = at + bytes;
  return at;
}

/**
 * The number of elements that follow, of which each takes at least `bytesMin` bytes: not more than
 * can be there.
 *
 * @param what a word for that number.
 */
export function takeCount(source: Source, bytesMin: number, what: string): number {
  const at = take(source, 8);
  const count = source.view.getUint32(at, true);
  const left = source.bytes.length - source.at;
  if (source.view.getUint32(at + 4, true) !== 0 || count * bytesMin > left) {
    const claimed = source.view.getBigUint64(at, true);
    throw new CodecError('truncated', `${what} ${claimed} exceeds the ${left} bytes left`);
  }
  return count;
}

/** Keeps a byte order mark, and refuses what is no UTF-8. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** @throws CodecError if it is no UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch (cause) {
    throw new CodecError('text', 'not UTF-8', { cause });
  }
}

/** Up to here a loop is faster than the way into `TextDecoder`. */
const SHORT_BYTES = 32;
const ASCII_END = 0x80;

/** Text with its length before it. */
export function takeText(source: Source): string {
  const length = takeCount(source, 1, 'length');
  const start = take(source, length);
  if (length > SHORT_BYTES) return decodeUtf8(source.bytes.subarray(start, start + length));
  const codes: number[] = [];
  for (let at = start; at < start + length; at += 1) {
    const code = source.view.getUint8(at);
    if (code >= ASCII_END) return decodeUtf8(source.bytes.subarray(start, start + length));
    codes.push(code);
  }
  return String.fromCharCode.apply(null, codes);
}
