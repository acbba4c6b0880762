/**
 * Numbers and texts as bytes. A number has seven bits in each byte, lowest first, the top bit set in
 * all but the last (LEB128), in as few bytes as it takes; a text is the count of its bytes and UTF-8.
 */

/** What is written is in `bytes`, up to `length`. */
export interface Writer {
  bytes: Uint8Array;
  length: number;
}

const encoder = new TextEncoder();

/** How many bytes a safe integer takes at most. */
export const NUMBER_BYTES_MAX = 8;

/** @param room bytes that will do; more is made when needed. */
export const createWriter = (room: number): Writer => ({ bytes: new Uint8Array(room), length: 0 });

/** What was written, as a view. */
export const written = ({ bytes, length }: Writer): Uint8Array =>
  length === bytes.length ? bytes : bytes.subarray(0, length);

export function writeByte(writer: Writer, byte: number): void {
  reserve(writer, 1);
  writer.bytes[writer.length] = byte;
  writer.length += 1;
}

/** @param value a safe integer, not negative. */
export function writeNumber(writer: Writer, value: number): void {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`not countable: ${value}`);
  reserve(writer, NUMBER_BYTES_MAX);
  let rest = value;
  // Division instead of shifts: those would cut a safe integer to 32 bits.
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) {
    writer.bytes[writer.length] = (rest % 0x80) + 0x80;
    writer.length += 1;
  }
  writer.bytes[writer.length] = rest;
  writer.length += 1;
}

export function writeText(writer: Writer, text: string): void {
  if (text.length < 0x80 && writeShortAscii(writer, text)) return;
  const bytes = encoder.encode(text);
  writeNumber(writer, bytes.length);
  writeBytes(writer, bytes);
}

/** Without their count: for what comes last. */
export function writeBytes(writer: Writer, bytes: Uint8Array): void {
  reserve(writer, bytes.length);
  writer.bytes.set(bytes, writer.length);
  writer.length += bytes.length;
}

/** Most texts: their count takes one byte, and a loop is faster than an encoder. False for others. */
function writeShortAscii(writer: Writer, text: string): boolean {
  reserve(writer, 1 + text.length);
  const { bytes, length } = writer;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit >= 0x80) return false;
    bytes[length + 1 + at] = unit;
  }
  bytes[length] = text.length;
  writer.length = length + 1 + text.length;
  return true;
}

function reserve(writer: Writer, more: number): void {
  const needed = writer.length + more;
  if (needed <= writer.bytes.length) return;
  const grown = new Uint8Array(Math.max(needed, writer.bytes.length * 2));
  grown.set(writer.bytes.subarray(0, writer.length));
  writer.bytes = grown;
}
