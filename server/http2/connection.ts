/**
 * The server's side of one HTTP/2 connection (RFC 9113), without I/O: bytes in, events and bytes out.
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
import type { HeaderBlocks } from './header-blocks.ts';
import { createHeaderDecoder } from './hpack/header-decoder.ts';
import { broken, Http2Error } from './http2-error.ts';
import type { ConnectionEvents } from './connection-events.ts';
import type { ConnectionLimits } from './connection-limits.ts';
import { createOutput } from './output.ts';
import { createPatience } from './patience.ts';
import { encodeSettings, SETTING } from './peer-settings.ts';
import { createReceiveWindow } from './receive-window.ts';
import { createRequests } from './requests.ts';
import { createResets } from './resets.ts';
import type { Answer } from './sender.ts';
import { createStreams } from './streams.ts';
import type { Streams } from './streams.ts';

/** What a connection stands on. */
export interface ConnectionParts {
  readonly write: (bytes: Buffer) => void;
  /** Runs a task when the turn is over, before the next begins. */
  readonly defer: (task: () => void) => void;
  readonly events: ConnectionEvents;
  readonly limits: ConnectionLimits;
}

export interface Connection {
  /** Takes what the client sent. */
  receive(chunk: Buffer): void;
  /** Answers a request, or a part of it; nothing happens when there is none of this number any more. */
  send(stream: number, answer: Answer): void;
  /** Lets the client send so many bytes more of a request. */
  grant(stream: number, bytes: number): void;
  /** Ends a request without an answer. */
  reset(stream: number, code: ErrorCode): void;
  /** Asks the client for a sign of life; it answers with the same 8 bytes. */
  ping(payload?: Buffer): void;
  /** Takes no more requests; those in work go on. */
  goAway(): void;
  /** A second has passed. */
  relax(): void;
  /** Whether the client has sent its preface. */
  hasBegun(): boolean;
  /** Requests in work. */
  streams(): number;
  /** Bytes of answers that wait for the client's windows, or for the end of this turn. */
  waitingBytes(): number;
  /** Bytes of frames and headers that have not come whole. */
  partialBytes(): number;
  /** What the client keeps us waiting for; of the same name for as long as it is the same. */
  debts(): string[];
}

/** What one client may send on all streams together before it hears from us again, in bytes. */
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
export function createConnection({ write, defer, events, limits }: ConnectionParts): Connection {
  const output = createOutput(write, defer);
  const patience = createPatience(STRAINS_MAX);
  const reader = createFrameReader();
  const decoder = createHeaderDecoder(limits.headerBytesMax);
  const resets = createResets(output, patience);
  const streams = createStreams({ output, patience, resets });
  const requests = createRequests({ streams, resets, decoder, limits, events });
  const blocks = createHeaderBlocks(limits.headerBytesMax, (block) => requests.headers(block));
  const window = createReceiveWindow(CONNECTION_WINDOW_BYTES, (bytes) =>
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
    output.push(farewell(streams.last(), error));
    output.flush();
    events.failed(error);
  }

  output.push(encodeFrame(FRAME.settings, 0, 0, ourSettings(limits)));
  window.open();

  return {
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
    goAway: () => {
      requests.leave();
      output.push(farewell(streams.last(), new Http2Error('noError', '')));
    },
    relax: () => patience.relax(STRAINS_FORGIVEN_A_SECOND),
    hasBegun: () => reader.hasBegun(),
    streams: () => streams.count(),
    waitingBytes: () => streams.sender.waitingBytes() + output.waitingBytes(),
    partialBytes: () => reader.waitingBytes() + blocks.waitingBytes(),
    debts: () => debtsOf(reader, blocks, streams),
  };
}

function debtsOf(reader: FrameReader, blocks: HeaderBlocks, streams: Streams): string[] {
  const debts: string[] = [];
  if (!reader.hasBegun()) debts.push('preface');
  if (reader.waitingBytes() > 0) debts.push(`the rest of frame ${reader.frames()}`);
  const block = blocks.open();
  if (block !== undefined) debts.push(`the rest of the headers of ${block}`);
  for (const { id, waiting } of streams.all()) {
    if (waiting.length > 0) debts.push(`windows for the answer of ${id}`);
  }
  return debts;
}

const ourSettings = ({ streamsMax, headerBytesMax }: ConnectionLimits): Buffer =>
  encodeSettings([
    [SETTING.maxConcurrentStreams, streamsMax],
    [SETTING.maxHeaderListSize, headerBytesMax],
  ]);

/** GOAWAY (RFC 9113 §6.8). */
function farewell(last: number, { code, message }: Http2Error): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(last, 0);
  head.writeUInt32BE(ERROR_CODES[code], 4);
  return encodeFrame(FRAME.goaway, 0, 0, Buffer.concat([head, Buffer.from(message)]));
}
