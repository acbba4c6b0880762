import { Http2Error } from './http2-error.ts';
import { FRAME_BYTES_DEFAULT, FRAME_HEAD_BYTES, PREFACE } from './frame.ts';
import type { Frame } from './frame.ts';

const STREAM_MASK = 0x7fff_ffff;
const NOTHING = Buffer.alloc(0);

/** Cuts what arrives into frames, whatever the borders of the chunks. */
export interface FrameReader {
  /** Calls `frame` for each one that has come whole. @throws Http2Error, also what `frame` throws. */
  read(chunk: Buffer, frame: (frame: Frame) => void): void;
  /** Whether the preface has come, if there is to be one. */
  hasBegun(): boolean;
  /** How many frames have come whole. */
  frames(): number;
  /** Bytes that wait for the rest of their frame. */
  waitingBytes(): number;
}

/** @param preface whether the other end is to begin with it: clients do. */
export function createFrameReader(preface: boolean): FrameReader {
  let rest: Buffer = NOTHING;
  let begun = !preface;
  let frames = 0;

  function readPreface(bytes: Buffer): number {
    if (begun) return 0;
    const length = Math.min(bytes.length, PREFACE.length);
    if (bytes.compare(PREFACE, 0, length, 0, length) !== 0) {
      throw new Http2Error('protocolError', 'the client does not speak HTTP/2');
    }
    if (length < PREFACE.length) return 0;
    begun = true;
    return length;
  }

  return {
    hasBegun: () => begun,
    frames: () => frames,
    waitingBytes: () => rest.length,
    read: (chunk, take) => {
      const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      rest = NOTHING;
      let at = readPreface(bytes);
      while (begun && bytes.length - at >= FRAME_HEAD_BYTES) {
        const end = at + FRAME_HEAD_BYTES + lengthAt(bytes, at);
        if (bytes.length < end) break;
        frames += 1;
        take({
          type: bytes[at + 3] ?? 0,
          flags: bytes[at + 4] ?? 0,
          stream: bytes.readUInt32BE(at + 5) & STREAM_MASK,
          payload: bytes.subarray(at + FRAME_HEAD_BYTES, end),
        });
        at = end;
      }
      // A copy: a view would keep the whole chunk in memory for as long as a slow sender likes.
      if (at < bytes.length) rest = Buffer.from(bytes.subarray(at));
    },
  };
}

function lengthAt(bytes: Buffer, at: number): number {
  const length = bytes.readUIntBE(at, 3);
  if (length > FRAME_BYTES_DEFAULT) {
    throw new Http2Error(
      'frameSizeError',
      `a frame of ${length} bytes; ${FRAME_BYTES_DEFAULT} at most`,
    );
  }
  return length;
}
