/**
 * Writes protobuf's wire format into one buffer of a size known beforehand.
 *
 * The generated code makes a BigInt of each number and copies bytes three times; messages between
 * members are most of what a process does, so they are written by hand, and the specs read them
 * back with the generated code.
 */
import { invariant } from '../../raft/invariant.ts';

/** Most bytes of a number. */
export const NUMBER_BYTES_MAX = 8;
/** What {@link WireWriter.open} takes, tag included. */
export const OPEN_BYTES = 5;

const LENGTH_BYTES = 4;
const LENGTH_LIMIT = 2 ** (7 * LENGTH_BYTES);
const WIRE_VARINT = 0;
const WIRE_BYTES = 2;

/** A buffer and how far it is written. */
export interface WireWriter {
  readonly buffer: Buffer;
  at: number;
}

/** @param bytes at least what will be written. */
export const createWireWriter = (bytes: number): WireWriter => ({
  buffer: Buffer.allocUnsafe(bytes),
  at: 0,
});

/** What was written: a view. */
export const written = ({ buffer, at }: WireWriter): Buffer => buffer.subarray(0, at);

/** A number without its tag. `value` must be a non-negative safe integer. */
function writeVarint(writer: WireWriter, value: number): void {
  const { buffer } = writer;
  let { at } = writer;
  let rest = value;
  while (rest >= 0x80000000) {
    buffer[at++] = (rest % 0x80) | 0x80;
    rest = Math.floor(rest / 0x80);
  }
  while (rest > 0x7f) {
    buffer[at++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  buffer[at++] = rest;
  writer.at = at;
}

/** A field that holds a number; 0 is what is read when it is missing, so it is left out. */
export function writeNumber(writer: WireWriter, field: number, value: number): void {
  if (value === 0) return;
  if (!(Number.isSafeInteger(value) && value > 0)) {
    invariant(false, 'a number in a message counts something', { field, value });
  }
  writeVarint(writer, (field << 3) | WIRE_VARINT);
  writeVarint(writer, value);
}

/** A field that holds bytes. They are copied. */
export function writeBytes(writer: WireWriter, field: number, bytes: Uint8Array): void {
  writeVarint(writer, (field << 3) | WIRE_BYTES);
  writeVarint(writer, bytes.length);
  writer.buffer.set(bytes, writer.at);
  writer.at += bytes.length;
}

/** Opens a nested message of a length not known yet. Returns what `close` wants back. */
export function open(writer: WireWriter, field: number): number {
  writeVarint(writer, (field << 3) | WIRE_BYTES);
  writer.at += LENGTH_BYTES;
  return writer.at;
}

/** Ends the nested message that `open` began: sets its length, padded, as the format allows. */
export function close({ buffer, at }: WireWriter, opened: number): void {
  let length = at - opened;
  invariant(length < LENGTH_LIMIT, 'a nested message fits its length', { length });
  for (let place = opened - LENGTH_BYTES; place < opened - 1; place += 1) {
    buffer[place] = (length & 0x7f) | 0x80;
    length >>>= 7;
  }
  buffer[opened - 1] = length;
}
