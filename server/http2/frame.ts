/** Frames of HTTP/2 (RFC 9113 §4.1): nine bytes in front, then what the type says. */

export const FRAME_HEAD_BYTES = 9;
/** The largest frame that either side takes unless it said otherwise. */
export const FRAME_BYTES_DEFAULT = 16_384;
/** The largest frame that can be agreed on. */
export const FRAME_BYTES_MAX = 2 ** 24 - 1;
/** What a client sends before anything else (RFC 9113 §3.4). */
export const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'latin1');

export const FRAME = {
  data: 0x0,
  headers: 0x1,
  priority: 0x2,
  rstStream: 0x3,
  settings: 0x4,
  pushPromise: 0x5,
  ping: 0x6,
  goaway: 0x7,
  windowUpdate: 0x8,
  continuation: 0x9,
} as const;

export const FLAG = {
  endStream: 0x1,
  ack: 0x1,
  endHeaders: 0x4,
  padded: 0x8,
  priority: 0x20,
} as const;

/** A frame that has come whole. Its payload is a view: whoever keeps it copies it. */
export interface Frame {
  readonly type: number;
  readonly flags: number;
  /** 0 stands for the connection. */
  readonly stream: number;
  readonly payload: Buffer;
}

/** Writes the head of a frame whose payload of `bytes` bytes follows it; returns where that begins. */
export function writeFrameHead(
  to: Buffer,
  at: number,
  { type, flags, stream, bytes }: { type: number; flags: number; stream: number; bytes: number },
): number {
  to[at] = bytes >>> 16;
  to[at + 1] = bytes >>> 8;
  to[at + 2] = bytes;
  to[at + 3] = type;
  to[at + 4] = flags;
  to.writeUInt32BE(stream, at + 5);
  return at + FRAME_HEAD_BYTES;
}

/** A whole frame, as bytes. */
export function encodeFrame(
  type: number,
  flags: number,
  stream: number,
  payload: Uint8Array,
): Buffer {
  const frame = Buffer.allocUnsafe(FRAME_HEAD_BYTES + payload.length);
  frame.set(payload, writeFrameHead(frame, 0, { type, flags, stream, bytes: payload.length }));
  return frame;
}

/** A frame whose payload is one number of 32 bits. */
export function encodeNumberFrame(type: number, stream: number, number: number): Buffer {
  const payload = Buffer.allocUnsafe(4);
  payload.writeUInt32BE(number);
  return encodeFrame(type, 0, stream, payload);
}
