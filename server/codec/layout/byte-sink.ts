import { CodecError } from './codec-error.ts';

/** Bytes that grow at the end. */
export interface Sink {
  bytes: Uint8Array<ArrayBuffer>;
  view: DataView;
  end: number;
}

/** Most payloads fit; the room is used again and again. */
const ROOM_BYTES = 4_096;

const createSink = (bytes: number): Sink => {
  const buffer = new ArrayBuffer(bytes);
  return { bytes: new Uint8Array(buffer), view: new DataView(buffer), end: 0 };
};

const shared = createSink(ROOM_BYTES);

/** The bytes that `write` adds. Nothing that is written writes by itself, so that one room is enough. */
export function collect(write: (sink: Sink) => void): Uint8Array<ArrayBuffer> {
  shared.end = 0;
  try {
    write(shared);
    return shared.bytes.slice(0, shared.end);
  } finally {
    if (shared.bytes.length > ROOM_BYTES) Object.assign(shared, createSink(ROOM_BYTES));
  }
}

/** Adds room for so many bytes, and returns where it begins. */
export function grow(sink: Sink, bytes: number): number {
  const start = sink.end;
  const end = start + bytes;
  if (end > sink.bytes.length) {
    const larger = createSink(Math.max(2 * sink.bytes.length, end));
    larger.bytes.set(sink.bytes);
    sink.bytes = larger.bytes;
    sink.view = larger.view;
  }
  sink.end = end;
  return start;
}

export function putCount(sink: Sink, count: number): void {
  const at = grow(sink, 8);
  sink.view.setUint32(at, count, true);
  sink.view.setUint32(at + 4, 0, true);
}

const encoder = new TextEncoder();
/** Up to here a loop is faster than the way into `TextEncoder`. */
const SHORT_UNITS = 48;
const ASCII_END = 0x80;
const UTF8_BYTES_PER_UNIT_MAX = 3;

/** Text with its length before it. */
export function putText(sink: Sink, text: string): void {
  const { length } = text;
  const at = grow(sink, 8 + UTF8_BYTES_PER_UNIT_MAX * length);
  const start = at + 8;
  const written =
    length <= SHORT_UNITS && putAscii(sink.view, start, text)
      ? length
      : encoder.encodeInto(wellFormed(text), sink.bytes.subarray(start)).written;
  sink.view.setUint32(at, written, true);
  sink.view.setUint32(at + 4, 0, true);
  sink.end = start + written;
}

/** Whether all of it was ASCII. */
function putAscii(view: DataView, start: number, text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code >= ASCII_END) return false;
    view.setUint8(start + index, code);
  }
  return true;
}

/**
 * The same text: half of a surrogate pair would be replaced without a word.
 *
 * @throws CodecError if it has one.
 */
export function wellFormed(text: string): string {
  if (!text.isWellFormed()) throw new CodecError('text', 'half of a surrogate pair');
  return text;
}
