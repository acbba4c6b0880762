/**
 * The server's side of one HTTP/2 connection (RFC 9113), without I/O: bytes in, events and bytes out.
 *
 * Node's own implementation makes several objects with streams, events and timers of each request,
 * and costs about ten times as much as everything else that is done for a small one. What is left
 * out here is what gRPC does without: priorities, pushes, compression of what is sent.
 */
import { createPatience } from './patience.ts';
import { ERROR_CODES } from './error-code.ts';
import type { ErrorCode } from './error-code.ts';
import { encodeFrame, encodeNumberFrame, FLAG, FRAME } from './frame.ts';
import type { Frame } from './frame.ts';
import { createFrameReader } from './frame-reader.ts';
import { createHeaderBlocks } from './header-blocks.ts';
import type { HeaderBlock } from './header-blocks.ts';
import type { HeaderField } from './hpack/header-field.ts';
import { createHeaderDecoder } from './hpack/header-decoder.ts';
import { Http2Error } from './http2-error.ts';
import { createOutput } from './output.ts';
import { encodeSettings, readSettings, SETTING, WINDOW_BYTES_DEFAULT } from './peer-settings.ts';
import { createReceiveWindow } from './receive-window.ts';
import { createSender } from './sender.ts';
import type { Answer } from './sender.ts';
import type { Stream } from './stream.ts';

/** What happens on a connection. */
export interface ConnectionEvents {
  /** A request begins. */
  request(stream: number, fields: readonly HeaderField[], ended: boolean): void;
  /** More of it. The bytes are a view, valid during the call. */
  data(stream: number, bytes: Buffer, ended: boolean): void;
  /** The client gave it up, and takes no answer. */
  cancelled(stream: number): void;
  /** The client broke the protocol: nothing is read any more. */
  failed(error: Http2Error): void;
}

/** What a connection stands on. */
export interface ConnectionParts {
  readonly write: (bytes: Buffer) => void;
  /** Runs a task when the turn is over, before the next begins. */
  readonly defer: (task: () => void) => void;
  readonly events: ConnectionEvents;
  readonly limits: ConnectionLimits;
}

export interface ConnectionLimits {
  /** Requests at once. */
  readonly streamsMax: number;
  /** Headers of one request, counted as RFC 9113 §6.5.2 does. */
  readonly headerBytesMax: number;
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
  /** Asks the client for a sign of life. */
  ping(): void;
  /** Takes no more requests; those in work go on. */
  goAway(): void;
  /** A second has passed. */
  relax(): void;
  /** Whether the client has sent its preface. */
  hasBegun(): boolean;
  /** Requests in work. */
  streams(): number;
  /** Bytes of answers that wait for the client's windows. */
  waitingBytes(): number;
}

/** What one client may send on all streams together before it hears from us again, in bytes. */
const CONNECTION_WINDOW_BYTES = 1_048_576;
const STRAINS_MAX = 10_000;
const STRAINS_FORGIVEN_A_SECOND = 1_000;
/** A window that is opened by less than this over and over makes more work than it is worth. */
const SMALL_WINDOW_UPDATE_BYTES = 256;
const PING_BYTES = 8;
const NUMBER_BYTES = 4;
const PRIORITY_BYTES = 5;
const NOTHING = Buffer.alloc(0);

/** Opens a connection: our settings go out at once. */
export function createConnection({ write, defer, events, limits }: ConnectionParts): Connection {
  const output = createOutput(write, defer);
  const streams = new Map<number, Stream>();
  const patience = createPatience(STRAINS_MAX);
  const reader = createFrameReader();
  const decoder = createHeaderDecoder(limits.headerBytesMax);
  const window = createReceiveWindow(CONNECTION_WINDOW_BYTES, (bytes) =>
    output.push(encodeNumberFrame(FRAME.windowUpdate, 0, bytes)),
  );
  const sender = createSender(output, (stream) => {
    // The client may still be sending what nobody wants any more.
    if (!stream.remoteEnded) pushReset(stream.id, 'noError');
    streams.delete(stream.id);
    patience.relax(1);
  });
  const blocks = createHeaderBlocks(limits.headerBytesMax, open);
  let last = 0;
  let leaving = false;
  let ended = false;

  const pushReset = (stream: number, code: ErrorCode): void =>
    output.push(encodeNumberFrame(FRAME.rstStream, stream, ERROR_CODES[code]));

  function close(stream: Stream): void {
    sender.forget(stream);
    streams.delete(stream.id);
  }

  function abandon(stream: Stream, code: ErrorCode): void {
    pushReset(stream.id, code);
    close(stream);
    events.cancelled(stream.id);
  }

  /** A block of headers has come whole. It is decoded in any case: others build on it. */
  function open({ stream: id, fragments, endsStream }: HeaderBlock): void {
    const fields = decoder.decode(fragments);
    const known = streams.get(id);
    if (known !== undefined) {
      if (!endsStream || known.remoteEnded) throw broken('trailers that do not end a request');
      known.remoteEnded = true;
      events.data(id, NOTHING, true);
    } else if (id > last) {
      if (id % 2 === 0) throw broken(`a client that opens stream ${id}`);
      last = id;
      begin(id, fields, endsStream);
    }
  }

  function begin(id: number, fields: readonly HeaderField[], endsStream: boolean): void {
    if (leaving || streams.size >= limits.streamsMax) {
      pushReset(id, 'refusedStream');
      patience.strain('requests beyond the limit');
      return;
    }
    streams.set(id, {
      id,
      receiveWindow: WINDOW_BYTES_DEFAULT,
      sendWindow: sender.settings().windowBytes,
      remoteEnded: endsStream,
      waiting: [],
      trailers: undefined,
    });
    events.request(id, fields, endsStream);
  }

  /** A stream that a frame is about; undefined if it has ended. */
  function find({ stream: id }: Frame, what: string): Stream | undefined {
    if (id === 0 || id > last) throw broken(`${what} on stream ${id}, which is idle`);
    return streams.get(id);
  }

  const takers: Readonly<Record<number, (frame: Frame) => void>> = {
    [FRAME.data]: (frame) => {
      window.take(frame.payload.length);
      const stream = find(frame, 'data');
      if (stream === undefined) return;
      if (stream.remoteEnded) throw new Http2Error('streamClosed', 'data after the end of a request');
      stream.receiveWindow -= frame.payload.length;
      if (stream.receiveWindow < 0) {
        abandon(stream, 'flowControlError');
        return;
      }
      const endsStream = (frame.flags & FLAG.endStream) !== 0;
      if (frame.payload.length === 0 && !endsStream) patience.strain('empty frames');
      stream.remoteEnded = endsStream;
      events.data(stream.id, unpadded(frame), endsStream);
    },
    [FRAME.headers]: (frame) => {
      if (frame.stream === 0) throw broken('headers without a stream');
      blocks.begin(frame, withoutPriority(frame));
    },
    [FRAME.priority]: ({ payload }) => {
      expectBytes('PRIORITY', payload, PRIORITY_BYTES);
      patience.strain('priorities');
    },
    [FRAME.rstStream]: (frame) => {
      expectBytes('RST_STREAM', frame.payload, NUMBER_BYTES);
      patience.strain('requests that are taken back');
      const stream = find(frame, 'a reset');
      if (stream === undefined) return;
      close(stream);
      events.cancelled(stream.id);
    },
    [FRAME.settings]: ({ stream, flags, payload }) => {
      if (stream !== 0) throw broken('settings of a stream');
      if ((flags & FLAG.ack) !== 0) {
        expectBytes('an acknowledgement of settings', payload, 0);
        return;
      }
      patience.strain('settings');
      sender.configure(readSettings(sender.settings(), payload), streams.values());
      output.push(encodeFrame(FRAME.settings, FLAG.ack, 0, NOTHING));
    },
    [FRAME.pushPromise]: () => {
      throw broken('a client that pushes');
    },
    [FRAME.ping]: ({ stream, flags, payload }) => {
      if (stream !== 0) throw broken('a ping of a stream');
      expectBytes('PING', payload, PING_BYTES);
      if ((flags & FLAG.ack) !== 0) return;
      patience.strain('pings');
      output.push(encodeFrame(FRAME.ping, FLAG.ack, 0, payload));
    },
    [FRAME.goaway]: ({ stream }) => {
      // Whoever leaves ends the connection when its requests are answered.
      if (stream !== 0) throw broken('a farewell of a stream');
    },
    [FRAME.windowUpdate]: (frame) => {
      expectBytes('WINDOW_UPDATE', frame.payload, NUMBER_BYTES);
      const bytes = frame.payload.readUInt32BE() & 0x7fff_ffff;
      if (bytes === 0) throw broken('a window that opens by nothing');
      if (bytes < SMALL_WINDOW_UPDATE_BYTES) patience.strain('windows that open by little');
      if (frame.stream === 0) sender.widen(bytes, undefined);
      else {
        const stream = find(frame, 'a window');
        if (stream !== undefined) sender.widen(bytes, stream);
      }
    },
    [FRAME.continuation]: (frame) => blocks.goOn(frame),
  };

  function take(frame: Frame): void {
    if (ended) return;
    if (blocks.isOpen() && frame.type !== FRAME.continuation) {
      throw broken('headers that are interrupted');
    }
    const taker = takers[frame.type];
    if (taker === undefined) patience.strain('frames of a kind that is not known');
    else taker(frame);
  }

  function fail(error: Http2Error): void {
    ended = true;
    output.push(farewell(last, error));
    output.flush();
    events.failed(error);
  }

  output.push(
    encodeFrame(
      FRAME.settings,
      0,
      0,
      encodeSettings([
        [SETTING.maxConcurrentStreams, limits.streamsMax],
        [SETTING.maxHeaderListSize, limits.headerBytesMax],
      ]),
    ),
  );
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
      if (stream !== undefined) sender.send(stream, answer);
    },
    grant: (id, bytes) => {
      const stream = streams.get(id);
      if (stream === undefined || bytes <= 0) return;
      stream.receiveWindow += bytes;
      output.push(encodeNumberFrame(FRAME.windowUpdate, id, bytes));
    },
    reset: (id, code) => {
      const stream = streams.get(id);
      if (stream === undefined) return;
      pushReset(id, code);
      close(stream);
    },
    ping: () => output.push(encodeFrame(FRAME.ping, 0, 0, Buffer.alloc(PING_BYTES))),
    goAway: () => {
      leaving = true;
      output.push(farewell(last, new Http2Error('noError', '')));
    },
    relax: () => patience.relax(STRAINS_FORGIVEN_A_SECOND),
    hasBegun: () => reader.hasBegun(),
    streams: () => streams.size,
    waitingBytes: () => sender.waitingBytes(),
  };
}

function expectBytes(what: string, payload: Buffer, bytes: number): void {
  if (payload.length === bytes) return;
  throw new Http2Error('frameSizeError', `${what} of ${payload.length} bytes`);
}

/** The payload without its padding (RFC 9113 §6.1). */
export function unpadded({ flags, payload }: Frame): Buffer {
  if ((flags & FLAG.padded) === 0) return payload;
  const padding = payload[0];
  if (padding === undefined || padding >= payload.length) throw broken('more padding than there is');
  return payload.subarray(1, payload.length - padding);
}

function withoutPriority(frame: Frame): Buffer {
  const payload = unpadded(frame);
  return (frame.flags & FLAG.priority) === 0 ? payload : payload.subarray(PRIORITY_BYTES);
}

function farewell(last: number, { code, message }: Http2Error): Buffer {
  const head = Buffer.alloc(2 * NUMBER_BYTES);
  head.writeUInt32BE(last, 0);
  head.writeUInt32BE(ERROR_CODES[code], NUMBER_BYTES);
  return encodeFrame(FRAME.goaway, 0, 0, Buffer.concat([head, Buffer.from(message)]));
}

const broken = (problem: string): Http2Error => new Http2Error('protocolError', problem);
