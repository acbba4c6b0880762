/** A connection in memory, and what a client sees of it, a line for each frame. */
import { createServerConnection } from '../server-connection.ts';
import type { ConnectionLimits } from '../connection-limits.ts';
import type { ServerConnection } from '../server-connection.ts';
import { ERROR_CODES } from '../error-code.ts';
import {
  encodeFrame,
  encodeNumberFrame,
  FLAG,
  FRAME,
  FRAME_HEAD_BYTES,
  PREFACE,
} from '../frame.ts';
import { encodeHeaders } from '../hpack/encode-headers.ts';
import { encodeSettings } from '../peer-settings.ts';

export interface Harness {
  readonly connection: ServerConnection;
  /** What the connection told, a line each, since it was last asked. */
  readonly events: () => string[];
  /** What it sent, likewise. */
  readonly sent: () => string[];
  /** Bytes of answers in what was sent, by stream, since the beginning. */
  readonly answered: Map<number, Buffer[]>;
  readonly receive: (...frames: readonly Buffer[]) => void;
}

const LIMITS: ConnectionLimits = { streamsMax: 100, headerBytesMax: 16_384, windowBytes: 65_535 };

/** @param begun whether the client has said hello, and what that brought is forgotten. */
export function createHarness(limits: Partial<ConnectionLimits> = {}, begun = true): Harness {
  let lines: string[] = [];
  let written: Buffer[] = [];
  let tasks: (() => void)[] = [];
  const answered = new Map<number, Buffer[]>();
  const connection = createServerConnection({
    write: (bytes) => written.push(bytes),
    defer: (task) => tasks.push(task),
    limits: { ...LIMITS, ...limits },
    events: {
      request: (stream, fields, ended) =>
        lines.push(`request ${stream} ${fields.length}${ended ? ' end' : ''}`),
      data: (stream, bytes, ended) =>
        lines.push(`data ${stream} ${bytes.length}${ended ? ' end' : ''}`),
      cancelled: (stream) => lines.push(`cancelled ${stream}`),
      left: () => undefined,
      pong: (payload) => lines.push(`pong ${payload.toString('hex')}`),
      failed: (error) => lines.push(`failed ${error.code}: ${error.message}`),
    },
  });
  const taken = (): string[] => {
    const all = lines;
    lines = [];
    return all;
  };
  const sent = (): string[] => {
    const due = tasks;
    tasks = [];
    for (const task of due) task();
    const bytes = Buffer.concat(written);
    written = [];
    return describeFrames(bytes, answered);
  };
  const receive = (...frames: readonly Buffer[]): void => connection.receive(Buffer.concat(frames));
  if (begun) {
    receive(HELLO);
    sent();
  }
  return { connection, answered, events: taken, sent, receive };
}

const TYPES = new Map<number, string>(
  Object.entries(FRAME).map(([name, type]) => [type, name] as const),
);
const CODES = new Map<number, string>(
  Object.entries(ERROR_CODES).map(([name, code]) => [code, name] as const),
);

/** Frames, as they would be seen on the wire. */
export function describeFrames(bytes: Buffer, answered: Map<number, Buffer[]>): string[] {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length;) {
    const end = at + FRAME_HEAD_BYTES + bytes.readUIntBE(at, 3);
    const type = bytes[at + 3] ?? 0;
    const flags = bytes[at + 4] ?? 0;
    const stream = bytes.readUInt32BE(at + 5);
    const payload = bytes.subarray(at + FRAME_HEAD_BYTES, end);
    if (type === FRAME.data) answered.set(stream, [...(answered.get(stream) ?? []), payload]);
    const parts = [TYPES.get(type), stream === 0 ? '' : stream, told(type, payload)];
    if (type === FRAME.data || type === FRAME.headers) {
      if ((flags & FLAG.endStream) !== 0) parts.push('end');
    } else if ((type === FRAME.settings || type === FRAME.ping) && (flags & FLAG.ack) !== 0) {
      parts.push('ack');
    }
    lines.push(parts.filter((part) => part !== '').join(' '));
    at = end;
  }
  return lines;
}

function told(type: number, payload: Buffer): number | string {
  switch (type) {
    case FRAME.data:
      return payload.length;
    case FRAME.windowUpdate:
      return payload.readUInt32BE(0);
    case FRAME.rstStream:
      return CODES.get(payload.readUInt32BE(0)) ?? '';
    case FRAME.goaway:
      return `${payload.readUInt32BE(0)} ${CODES.get(payload.readUInt32BE(4))}`;
    default:
      return '';
  }
}

export const settings = (...pairs: readonly (readonly [number, number])[]): Buffer =>
  encodeFrame(FRAME.settings, 0, 0, encodeSettings(pairs));

/** With what every client begins. */
export const HELLO = Buffer.concat([PREFACE, settings()]);

export const REQUEST = encodeHeaders([
  { name: ':method', value: 'POST' },
  { name: ':scheme', value: 'http' },
  { name: ':path', value: '/a' },
]);

/** A request on a stream, whose headers are whole. */
export const request = (stream: number, ended = true, block = REQUEST): Buffer =>
  encodeFrame(FRAME.headers, FLAG.endHeaders | (ended ? FLAG.endStream : 0), stream, block);

export const data = (stream: number, bytes: number, ended = false): Buffer =>
  encodeFrame(FRAME.data, ended ? FLAG.endStream : 0, stream, Buffer.alloc(bytes));

export const window = (stream: number, bytes: number): Buffer =>
  encodeNumberFrame(FRAME.windowUpdate, stream, bytes);

export const reset = (stream: number): Buffer =>
  encodeNumberFrame(FRAME.rstStream, stream, ERROR_CODES.cancel);

export const ping = (flags = 0): Buffer => encodeFrame(FRAME.ping, flags, 0, Buffer.alloc(8));

const HEADERS = encodeHeaders([{ name: ':status', value: '200' }]);
const TRAILERS = encodeHeaders([{ name: 'grpc-status', value: '0' }]);

/** An answer of so many bytes. */
export const answer = (bytes: number) => ({
  headers: HEADERS,
  data: Buffer.alloc(bytes, 'x'),
  trailers: TRAILERS,
});
