/** Both ends of a connection without a network: frames in, frames out, events as they come. */
import { createConnection } from '../connection.ts';
import type { ConnectionLimits } from '../connection-limits.ts';
import type { Connection } from '../connection.ts';
import { encodeFrame, FLAG, FRAME, PREFACE } from '../frame.ts';
import type { Frame } from '../frame.ts';
import { encodeHeaders } from '../hpack/encode-headers.ts';

export interface Wire {
  readonly connection: Connection;
  /** What happened, in order. */
  readonly events: string[];
  /** Frames that were sent since the last call, as `TYPE stream length flags`. */
  sent(): string[];
  /** All that was sent, as frames. */
  frames(): Frame[];
  receive(...frames: readonly Buffer[]): void;
}

const NAMES = Object.fromEntries(Object.entries(FRAME).map(([name, type]) => [type, name]));

export const REQUEST = encodeHeaders([
  { name: ':method', value: 'POST' },
  { name: ':scheme', value: 'http' },
  { name: ':path', value: '/a/b' },
  { name: 'content-type', value: 'application/grpc' },
]);

/** HEADERS of a request that is whole, unless `flags` say something else. */
export const request = (stream: number, flags: number = FLAG.endHeaders | FLAG.endStream): Buffer =>
  encodeFrame(FRAME.headers, flags, stream, REQUEST);

export const number = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};

/** SETTINGS with one setting. */
export const setting = (identifier: number, value: number): Buffer =>
  encodeFrame(FRAME.settings, 0, 0, Buffer.concat([Buffer.of(0, identifier), number(value)]));

/** Opens a connection; unless `silent`, its client has sent a preface and empty settings. */
export function createWire(limits: Partial<ConnectionLimits> = {}, silent = false): Wire {
  const events: string[] = [];
  const written: Buffer[] = [];
  const tasks: (() => void)[] = [];
  const connection = createConnection({
    write: (bytes) => written.push(bytes),
    defer: (task) => tasks.push(task),
    limits: { streamsMax: 4, headerBytesMax: 1_024, ...limits },
    events: {
      request: (stream, _fields, ended) => events.push(`request ${stream}${ended ? ' ended' : ''}`),
      data: (stream, bytes, ended) =>
        events.push(`data ${stream} ${bytes.length}${ended ? ' ended' : ''}`),
      cancelled: (stream) => events.push(`cancelled ${stream}`),
      failed: ({ code }) => events.push(`failed ${code}`),
    },
  });
  let seen = 0;
  function frames(): Frame[] {
    for (const task of tasks.splice(0)) task();
    const bytes = Buffer.concat(written);
    const found: Frame[] = [];
    for (let at = 0; at < bytes.length;) {
      const end = at + 9 + bytes.readUIntBE(at, 3);
      found.push({
        type: bytes[at + 3] ?? 0,
        flags: bytes[at + 4] ?? 0,
        stream: bytes.readUInt32BE(at + 5),
        payload: bytes.subarray(at + 9, end),
      });
      at = end;
    }
    return found;
  }
  const wire: Wire = {
    connection,
    events,
    frames,
    sent: () => {
      const all = frames();
      const fresh = all.slice(seen).map(({ type, stream, payload, flags }) => {
        const detail = type === FRAME.rstStream ? payload.readUInt32BE() : payload.length;
        return `${NAMES[type]} ${stream} ${detail}${(flags & FLAG.endStream) === 0 || type === FRAME.settings || type === FRAME.ping ? '' : ' end'}`;
      });
      seen = all.length;
      return fresh;
    },
    receive: (...chunks) => connection.receive(Buffer.concat(chunks)),
  };
  if (silent) return wire;
  wire.receive(PREFACE, encodeFrame(FRAME.settings, 0, 0, Buffer.alloc(0)));
  wire.sent();
  return wire;
}
