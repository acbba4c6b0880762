/** As much of HTTP/2 (RFC 9113) and gRPC as a client needs that misbehaves. */

/** One frame as it came. */
export interface Frame {
  readonly type: number;
  readonly flags: number;
  readonly stream: number;
  readonly payload: Buffer;
}

export const DATA = 0;
const HEADERS = 1;
export const SETTINGS = 4;
export const WINDOW_UPDATE = 8;

export const END_STREAM = 1;
export const ACK = 1;
const END_HEADERS = 4;

export const WINDOW_BYTES = 65_535;
export const INITIAL_WINDOW_SIZE = 4;
/** The most that a receiver may say it takes. */
export const WINDOW_MAX = 2 ** 31 - 1;
export const FRAME_BYTES_MAX = 16_384;

const HEAD_BYTES = 9;
const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';

/** The head of a frame: its payload follows. */
export function head(bytes: number, type: number, flags: number, stream: number): Buffer {
  const buffer = Buffer.alloc(HEAD_BYTES);
  buffer.writeUIntBE(bytes, 0, 3);
  buffer.writeUInt8(type, 3);
  buffer.writeUInt8(flags, 4);
  buffer.writeUInt32BE(stream, 5);
  return buffer;
}

/** With what a client begins; `windowBytes` is what it says it takes of each reply. */
export function greeting(windowBytes: number): Buffer {
  const setting = Buffer.alloc(6);
  setting.writeUInt16BE(INITIAL_WINDOW_SIZE, 0);
  setting.writeUInt32BE(windowBytes, 2);
  const parts = [Buffer.from(PREFACE), head(setting.length, SETTINGS, 0, 0), setting];
  if (windowBytes > WINDOW_BYTES) {
    const more = Buffer.alloc(4);
    more.writeUInt32BE(windowBytes - WINDOW_BYTES);
    parts.push(head(more.length, WINDOW_UPDATE, 0, 0), more);
  }
  return Buffer.concat(parts);
}

/** The headers of a call, each as a literal that nobody has to remember (RFC 7541 §6.2.2). */
export function callHeaders(path: string, stream: number): Buffer {
  const fields = [
    [':method', 'POST'],
    [':scheme', 'http'],
    [':path', path],
    [':authority', 'overload'],
    ['content-type', 'application/grpc'],
    ['te', 'trailers'],
  ] as const;
  const block = Buffer.concat(
    fields.flatMap(([name, value]) => [Buffer.from([0]), literal(name), literal(value)]),
  );
  return Buffer.concat([head(block.length, HEADERS, END_HEADERS, stream), block]);
}

/** Shorter than 127 bytes: the length is one byte. */
const literal = (text: string): Buffer => Buffer.from([text.length, ...Buffer.from(text)]);

/** A message with the head that gRPC gives it. */
export function grpcMessage(message: Uint8Array): Buffer {
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}

/** Cuts what arrives into frames. */
export function createFrameReader(received: (frame: Frame) => void): (chunk: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  return (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    while (rest.length >= HEAD_BYTES) {
      const end = HEAD_BYTES + rest.readUIntBE(0, 3);
      if (rest.length < end) return;
      received({
        type: rest.readUInt8(3),
        flags: rest.readUInt8(4),
        stream: rest.readUInt32BE(5),
        payload: rest.subarray(HEAD_BYTES, end),
      });
      rest = rest.subarray(end);
    }
  };
}
