import { Malformed } from './errors.ts';

/** What `byte-writer.ts` wrote, and how far it was read. */
export interface Reader {
  readonly bytes: Uint8Array;
  /** What they are, for error messages. */
  readonly what: string;
  at: number;
}

// A mark in front is part of a text: decoders take it away unless told otherwise.
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Up to this length a loop is faster than a decoder. */
const SHORT_BYTES = 48;

export const createReader = (bytes: Uint8Array, what: string): Reader => ({ bytes, what, at: 0 });

export const isAtEnd = ({ bytes, at }: Reader): boolean => at === bytes.length;

/** Throws `Malformed`, as all of these do, when something else is there. */
export function readByte(reader: Reader): number {
  const byte = reader.bytes[reader.at];
  if (byte === undefined) throw new Malformed(reader.what, 'cut off');
  reader.at += 1;
  return byte;
}

/** A safe integer, not negative, in as few bytes as it takes: one number, one encoding. */
export function readNumber(reader: Reader): number {
  let value = 0;
  for (let unit = 1; ; unit *= 0x80) {
    const byte = readByte(reader);
    value += (byte % 0x80) * unit;
    if (value > Number.MAX_SAFE_INTEGER) throw new Malformed(reader.what, 'a number is too large');
    if (byte < 0x80) {
      if (byte === 0 && unit > 1) throw new Malformed(reader.what, 'a number has leading zeros');
      return value;
    }
  }
}

export function readText(reader: Reader): string {
  const length = readNumber(reader);
  const begin = reader.at;
  const end = begin + length;
  if (end > reader.bytes.length) throw new Malformed(reader.what, 'a text is cut off');
  reader.at = end;
  return decodeUtf8(reader.bytes, begin, end, reader.what);
}

/** All that is left, as a view. */
export function readRest(reader: Reader): Uint8Array {
  const rest = reader.bytes.subarray(reader.at);
  reader.at = reader.bytes.length;
  return rest;
}

/** Throws `Malformed` unless everything was read. */
export function endOf(reader: Reader): void {
  if (!isAtEnd(reader)) throw new Malformed(reader.what, 'something follows');
}

/** The text of well-formed UTF-8. */
function decodeUtf8(bytes: Uint8Array, begin: number, end: number, what: string): string {
  if (end - begin <= SHORT_BYTES) {
    let text = '';
    let at = begin;
    for (; at < end; at += 1) {
      const byte = bytes[at] ?? 0x80;
      if (byte >= 0x80) break;
      text += String.fromCharCode(byte);
    }
    if (at === end) return text;
  }
  try {
    return decoder.decode(bytes.subarray(begin, end));
  } catch {
    throw new Malformed(what, 'a text is no UTF-8');
  }
}
