/** The requests of a connection: how they begin, and how they end other than by their answer. */
import { ERROR_CODES } from './error-code.ts';
import type { ErrorCode } from './error-code.ts';
import type { ConnectionEvents } from './connection-events.ts';
import type { ConnectionLimits } from './connection-limits.ts';
import { encodeNumberFrame, FRAME } from './frame.ts';
import type { HeaderBlock } from './header-blocks.ts';
import type { HeaderDecoder } from './hpack/header-decoder.ts';
import type { HeaderField } from './hpack/header-field.ts';
import { broken, Http2Error } from './http2-error.ts';
import type { Output } from './output.ts';
import type { Patience } from './patience.ts';
import { WINDOW_BYTES_DEFAULT } from './peer-settings.ts';
import { areTrailers, isRequest } from './request-fields.ts';
import { createSender } from './sender.ts';
import type { Sender } from './sender.ts';
import type { Stream } from './stream.ts';

export interface StreamsParts {
  readonly output: Output;
  readonly patience: Patience;
  readonly events: ConnectionEvents;
  readonly limits: ConnectionLimits;
  readonly decoder: HeaderDecoder;
}

export interface Streams {
  readonly sender: Sender;
  /** A block of headers has come whole: a request, or what follows one. */
  headers(block: HeaderBlock): void;
  get(id: number): Stream | undefined;
  /** The stream that a frame is about; undefined if it has ended. @throws Http2Error for one that has not begun. */
  find(id: number, what: string): Stream | undefined;
  all(): Iterable<Stream>;
  count(): number;
  /** The last one that the client opened. */
  last(): number;
  /** Takes no more. */
  leave(): void;
  /** Ends a stream and says why. */
  reset(stream: Stream, code: ErrorCode): void;
  /** Answers a frame on a stream that has ended: its sender may not know yet. */
  resetEnded(id: number): void;
  /** Its client ended it. */
  forget(stream: Stream): void;
}

const NOTHING = Buffer.alloc(0);

export function createStreams({
  output,
  patience,
  events,
  limits,
  decoder,
}: StreamsParts): Streams {
  const streams = new Map<number, Stream>();
  const sender = createSender(output, (stream) => {
    // The client may still be sending what nobody wants any more.
    if (!stream.remoteEnded) output.push(resetFrame(stream.id, 'noError'));
    streams.delete(stream.id);
    patience.relax(1);
  });
  let last = 0;
  let leaving = false;

  function forget(stream: Stream): void {
    sender.forget(stream);
    streams.delete(stream.id);
  }

  const resetEnded = (id: number): void =>
    refuse(id, 'streamClosed', 'frames of requests that have ended');

  function refuse(id: number, code: ErrorCode, what: string): void {
    patience.strain(what);
    output.push(resetFrame(id, code));
  }

  function begin(id: number, fields: readonly HeaderField[], ended: boolean): void {
    if (!isRequest(fields)) {
      refuse(id, 'protocolError', 'headers that are no request');
    } else if (leaving || streams.size >= limits.streamsMax) {
      refuse(id, 'refusedStream', 'requests beyond the limit');
    } else {
      streams.set(id, newStream(id, sender.settings().windowBytes, ended));
      events.request(id, fields, ended);
    }
  }

  return {
    sender,
    headers: ({ stream: id, fragments, endsStream }) => {
      // In any case: what is said later builds on it.
      const fields = decoder.decode(fragments);
      const known = streams.get(id);
      if (known !== undefined) {
        if (known.remoteEnded) throw new Http2Error('streamClosed', 'headers after a request');
        if (!endsStream || !areTrailers(fields)) throw broken('trailers that are none');
        known.remoteEnded = true;
        events.data(id, NOTHING, true);
      } else if (id <= last) {
        resetEnded(id);
      } else {
        if (id % 2 === 0) throw broken(`a client that opens stream ${id}`);
        last = id;
        begin(id, fields, endsStream);
      }
    },
    get: (id) => streams.get(id),
    find: (id, what) => {
      if (id === 0 || id > last) throw broken(`${what} on stream ${id}, which is idle`);
      return streams.get(id);
    },
    all: () => streams.values(),
    count: () => streams.size,
    last: () => last,
    leave: () => void (leaving = true),
    reset: (stream, code) => {
      output.push(resetFrame(stream.id, code));
      forget(stream);
    },
    resetEnded,
    forget,
  };
}

const resetFrame = (id: number, code: ErrorCode): Buffer =>
  encodeNumberFrame(FRAME.rstStream, id, ERROR_CODES[code]);

const newStream = (id: number, sendWindow: number, remoteEnded: boolean): Stream => ({
  id,
  receiveWindow: WINDOW_BYTES_DEFAULT,
  sendWindow,
  remoteEnded,
  waiting: [],
  trailers: undefined,
});
