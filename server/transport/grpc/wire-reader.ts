/** Reads protobuf's wire format. Bytes are handed out as views of what was received. */
import { CodecError } from './codec-error.ts';

/** A buffer and how far it is read. */
export interface WireReader {
  readonly buffer: Buffer;
  at: number;
}

/** What a nested message may hold: numbers by field, and pieces of bytes. */
export interface FieldSink {
  /** The last number of each field; those past its length are skipped. */
  readonly numbers: number[];
  /** A field of bytes, from `start` to before `end`. */
  piece(field: number, start: number, end: number): void;
}

const FIELD_BYTES_MAX = 10;

/** For messages of numbers only. */
export const NO_PIECES: FieldSink['piece'] = () => undefined;

/** Throws `CodecError`. */
function readVarint(reader: WireReader, end: number): number {
  const { buffer } = reader;
  let value = 0;
  let unit = 1;
  for (let count = 0; count < FIELD_BYTES_MAX; count += 1) {
    const byte = reader.at < end ? buffer[reader.at] : undefined;
    if (byte === undefined) throw new CodecError('malformed', 'a number is cut off');
    reader.at += 1;
    value += (byte & 0x7f) * unit;
    if (byte < 0x80) {
      // Sums beyond it are inexact, but never fall back below it.
      if (value > Number.MAX_SAFE_INTEGER) {
        throw new CodecError('unsafe', 'a number is greater than 2^53 - 1');
      }
      return value;
    }
    unit *= 0x80;
  }
  throw new CodecError('malformed', 'a number has more than ten bytes');
}

/** Reads all fields up to `end`. Throws `CodecError`. */
export function readFields(reader: WireReader, end: number, sink: FieldSink): void {
  while (reader.at < end) {
    const tag = readVarint(reader, end);
    const field = Math.floor(tag / 8);
    if (field === 0) throw new CodecError('malformed', 'a field has number 0');
    switch (tag % 8) {
      case 0: {
        const value = readVarint(reader, end);
        if (field < sink.numbers.length) sink.numbers[field] = value;
        break;
      }
      case 1:
        skip(reader, 8, end);
        break;
      case 2: {
        const length = readVarint(reader, end);
        const start = reader.at;
        skip(reader, length, end);
        sink.piece(field, start, reader.at);
        break;
      }
      case 5:
        skip(reader, 4, end);
        break;
      default:
        throw new CodecError('malformed', `a field has wire type ${tag % 8}`);
    }
  }
}

function skip(reader: WireReader, bytes: number, end: number): void {
  if (bytes > end - reader.at) throw new CodecError('malformed', 'a field is cut off');
  reader.at += bytes;
}
