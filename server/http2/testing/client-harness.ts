/** The client's end of a connection in memory, and what a server sees of it, a line for each frame. */
import { createClientConnection } from '../client-connection.ts';
import type { ClientConnection } from '../client-connection.ts';
import { encodeFrame, FLAG, FRAME, PREFACE } from '../frame.ts';
import { encodeHeaders } from '../hpack/encode-headers.ts';
import type { HeaderField } from '../hpack/header-field.ts';
import { describeFrames, settings } from './harness.ts';

export interface ClientHarness {
  readonly connection: ClientConnection;
  /** What the connection told, a line each, since it was last asked. */
  readonly events: () => string[];
  /** What it sent, likewise; the preface first of all. */
  readonly sent: () => string[];
  readonly receive: (...frames: readonly Buffer[]) => void;
}

export const REQUEST_FIELDS: readonly HeaderField[] = [
  { name: ':method', value: 'POST' },
  { name: ':scheme', value: 'http' },
  { name: ':path', value: '/a' },
];

/** @param begun whether it has opened stream 1 and the server has said hello, and that is forgotten. */
export function createClientHarness(begun = true): ClientHarness {
  let lines: string[] = [];
  let written: Buffer[] = [];
  let tasks: (() => void)[] = [];
  const tell = (...parts: readonly unknown[]): void =>
    void lines.push(parts.filter((part) => part !== '').join(' '));
  const connection = createClientConnection({
    write: (bytes) => written.push(bytes),
    defer: (task) => tasks.push(task),
    limits: { streamsMax: 1, headerBytesMax: 16_384, windowBytes: 65_535 },
    events: {
      answer: (stream, fields, ended) => tell('answer', stream, fields.length, ended ? 'end' : ''),
      data: (stream, bytes, ended) => tell('data', stream, bytes.length, ended ? 'end' : ''),
      cancelled: (stream, code) => tell('cancelled', stream, code),
      left: (last, code) => tell('left', last, code),
      pong: () => tell('pong'),
      failed: ({ code, message }) => tell(`failed ${code}: ${message}`),
    },
  });
  const harness: ClientHarness = {
    connection,
    receive: (...frames) => connection.receive(Buffer.concat(frames)),
    events: () => {
      const all = lines;
      lines = [];
      return all;
    },
    sent: () => {
      const due = tasks;
      tasks = [];
      for (const task of due) task();
      const bytes = Buffer.concat(written);
      written = [];
      const begins = bytes.subarray(0, PREFACE.length).equals(PREFACE);
      const frames = describeFrames(begins ? bytes.subarray(PREFACE.length) : bytes, new Map());
      return begins ? ['preface', ...frames] : frames;
    },
  };
  if (begun) {
    connection.open(REQUEST_FIELDS);
    harness.receive(settings());
    harness.sent();
  }
  return harness;
}

const ANSWER = encodeHeaders([{ name: ':status', value: '200' }]);

/** Headers of an answer, or what ends it. */
export const answered = (stream: number, ended = false, block = ANSWER): Buffer =>
  encodeFrame(FRAME.headers, FLAG.endHeaders | (ended ? FLAG.endStream : 0), stream, block);
