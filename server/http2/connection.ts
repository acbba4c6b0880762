/**
 * What both ends of an HTTP/2 connection do (RFC 9113), without I/O: bytes in, events and bytes out.
 *
 * Node's own implementation makes several objects with streams, events and timers of each request,
 * and costs about ten times as much as everything else that is done for a small one. What is left
 * out here is what gRPC does without: priorities, pushes, compression of what is sent.
 */
import { ERROR_CODES } from './error-code.ts';
import type { ErrorCode } from './error-code.ts';
import { encodeFrame, encodeNumberFrame, FRAME } from './frame.ts';
import type { Frame } from './frame.ts';
import { createFrameReader } from './frame-reader.ts';
import type { FrameReader } from './frame-reader.ts';
import { createFrameTakers } from './frame-takers.ts';
import { createHeaderBlocks } from './header-blocks.ts';
import type { HeaderBlock, HeaderBlocks } from './header-blocks.ts';
import { createHeaderDecoder } from './hpack/header-decoder.ts';
import type { HeaderDecoder } from './hpack/header-decoder.ts';
import { broken, Http2Error } from './http2-error.ts';
import type { ConnectionEvents } from './connection-events.ts';
import type { ConnectionLimits } from './connection-limits.ts';
import { createOutput } from './output.ts';
import type { Output } from './output.ts';
import { createPatience } from './patience.ts';
import { encodeSettings, SETTING } from './peer-settings.ts';
import { createReceiveWindow } from './receive-window.ts';
import { createResets } from './resets.ts';
import type { Resets } from './resets.ts';
import type { Answer } from './sender.ts';
import { createStreams } from './streams.ts';
import type { Streams } from './streams.ts';

/** What a connection stands on. */
export interface ConnectionParts<Events = ConnectionEvents> {
  readonly write: (bytes: Buffer) => void;
  /** Runs a task when the turn is over, before the next begins. */
  readonly defer: (task: () => void) => void;
  readonly events: Events;
  readonly limits: ConnectionLimits;
}

/** A connection, at either end. */
export interface Connection {
  /** Takes what the other end sent. */
  receive(chunk: Buffer): void;
  /** Sends a part of what is to be said on a stream; nothing happens when it is no more. */
  send(stream: number, answer: Answer): void;
  /** Lets the other end send so many bytes more on a stream. */
  grant(stream: number, bytes: number): void;
  /** Ends a stream before its time. */
  reset(stream: number, code: ErrorCode): void;
  /** Asks the other end for a sign of life; it answers with the same 8 bytes. */
  ping(payload?: Buffer): void;
  /** A second has passed. */
  relax(): void;
  /** Requests in work. */
  streams(): number;
  /** Bytes that wait for the other end's windows, or for the end of this turn. */
  waitingBytes(): number;
  /** Bytes of frames and headers that have not come whole. */
  partialBytes(): number;
}

/** What is different at the two ends. */
export interface ConnectionEnd {
  /** What goes out before the settings: the client's preface. */
  readonly preface: Buffer | undefined;
  /** Settings beside those that both ends send. */
  readonly settings: readonly (readonly [number, number])[];
  /** Headers of a stream have come whole. @throws Http2Error */
  headers(block: HeaderBlock): void;
  /** The last stream of the other end. */
  last(): number;
}

/** A connection and the parts of it that the two ends build on. */
export interface ConnectionCore {
  readonly connection: Connection;
  readonly output: Output;
  readonly reader: FrameReader;
  readonly decoder: HeaderDecoder;
  readonly blocks: HeaderBlocks;
  readonly resets: Resets;
  readonly streams: Streams;
}

/** What the other end may send on all streams together before it hears from us again, in bytes; one alone must not fill it. */
const CONNECTION_WINDOW_BYTES = 1_048_576;
/**
 * As many as one client may make at once: 57 ms of the event loop at the most. Measured as CPU time of
 * 9,000 of each kind, taken in 64 KiB at a time by a connection whose handler does nothing: 5.7 us for
 * a request that is taken back, 1.3 us or less for all others (Node 24.21).
 */
const STRAINS_MAX = 10_000;
/** And as many a second it may go on with for ever: 0.6 % of a core at the most, by the same measure. */
const STRAINS_FORGIVEN_A_SECOND = 1_000;
const PING = Buffer.alloc(8);

/** Opens a connection: our settings go out at once. */
export function createConnection(
  { write, defer, events, limits }: ConnectionParts,
  end: ConnectionEnd,
): ConnectionCore {
  const { headerBytesMax, windowBytes } = limits;
  const output = createOutput(write, defer);
  const patience = createPatience(STRAINS_MAX);
  const reader = createFrameReader(end.preface === undefined);
  const decoder = createHeaderDecoder(headerBytesMax);
  const resets = createResets(output, patience);
  const streams = createStreams({ output, patience, resets, windowBytes });
  const blocks = createHeaderBlocks(headerBytesMax, (block) => end.headers(block));
  const window = createReceiveWindow(Math.max(CONNECTION_WINDOW_BYTES, windowBytes), (bytes) =>
    output.push(encodeNumberFrame(FRAME.windowUpdate, 0, bytes)),
  );
  const takers = createFrameTakers({ streams, resets, blocks, window, output, patience, events });
  let ended = false;

  function take(frame: Frame): void {
    if (blocks.open() !== undefined && frame.type !== FRAME.continuation) {
      throw broken('headers that are interrupted');
    }
    const taker = takers[frame.type];
    if (taker === undefined) patience.strain('frames of a kind that is not known');
    else taker(frame);
  }

  function fail(error: Http2Error): void {
    ended = true;
    streams.clear();
    output.push(farewell(end.last(), error));
    output.flush();
    events.failed(error);
  }

  if (end.preface !== undefined) output.push(end.preface);
  const settings = encodeSettings([
    ...end.settings,
    [SETTING.initialWindowSize, windowBytes],
    [SETTING.maxHeaderListSize, headerBytesMax],
  ]);
  output.push(encodeFrame(FRAME.settings, 0, 0, settings));
  window.open();

  const connection: Connection = {
    receive: (chunk) => {
      if (ended) return;
      try {
        reader.read(chunk, take);
      } catch (error) {
        if (!(error instanceof Http2Error)) throw error;
        fail(error);
      }
    },
    send: (id, answer) => {
      const stream = streams.get(id);
      if (stream !== undefined) streams.sender.send(stream, answer);
    },
    grant: (id, bytes) => {
      const stream = streams.get(id);
      if (stream !== undefined && bytes > 0) streams.grant(stream, bytes);
    },
    reset: (id, code) => {
      const stream = streams.get(id);
      if (stream !== undefined) streams.reset(stream, code);
    },
    ping: (payload = PING) => output.push(encodeFrame(FRAME.ping, 0, 0, payload)),
    relax: () => patience.relax(STRAINS_FORGIVEN_A_SECOND),
    streams: () => streams.count(),
    waitingBytes: () => streams.sender.waitingBytes() + output.waitingBytes(),
    partialBytes: () => reader.waitingBytes() + blocks.waitingBytes(),
  };
  return { connection, output, reader, decoder, blocks, resets, streams };
}

/** GOAWAY (RFC 9113 §6.8). */
export function farewell(last: number, { code, message }: Http2Error): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(last, 0);
  head.writeUInt32BE(ERROR_CODES[code], 4);
  return encodeFrame(FRAME.goaway, 0, 0, Buffer.concat([head, Buffer.from(message)]));
}
