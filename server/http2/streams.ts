/** The streams of a connection that are open: one for each request in work. The client opens them. */
import type { ErrorCode } from './error-code.ts';
import { encodeNumberFrame, FRAME } from './frame.ts';
import { broken } from './http2-error.ts';
import type { Output } from './output.ts';
import type { Patience } from './patience.ts';
import type { Resets } from './resets.ts';
import { createSender } from './sender.ts';
import type { Sender } from './sender.ts';
import { createSendWindows } from './send-windows.ts';
import type { SendWindows } from './send-windows.ts';
import type { Stream } from './stream.ts';

export interface StreamsParts {
  readonly output: Output;
  readonly patience: Patience;
  readonly resets: Resets;
  /** What the other end may send on each before it is let on. */
  readonly windowBytes: number;
}

export interface Streams {
  readonly sender: Sender;
  readonly windows: SendWindows;
  /** The client opens this one. @throws Http2Error when it is not its to open. */
  reach(id: number): void;
  open(id: number, remoteEnded: boolean): Stream;
  get(id: number): Stream | undefined;
  /** The stream that a frame is about; undefined if it has ended. @throws Http2Error for one that has not begun. */
  find(id: number, what: string): Stream | undefined;
  all(): Iterable<Stream>;
  count(): number;
  /** The last one that the client opened. */
  last(): number;
  /** Lets the other end send so many bytes more. */
  grant(stream: Stream, bytes: number): void;
  /** Ends a stream and says why. */
  reset(stream: Stream, code: ErrorCode): void;
  /** The other end has ended it. */
  forget(stream: Stream): void;
  /** Forgets all of them. */
  clear(): void;
}

export function createStreams(parts: StreamsParts): Streams {
  const { output, patience, resets, windowBytes } = parts;
  const streams = new Map<number, Stream>();
  const windows = createSendWindows();
  const sender = createSender(output, windows, (stream) => {
    // The other end may still be sending what nobody wants any more.
    if (!stream.remoteEnded) resets.push(stream.id, 'noError');
    streams.delete(stream.id);
    patience.relax(1);
  });
  let last = 0;

  function forget(stream: Stream): void {
    sender.forget(stream);
    streams.delete(stream.id);
  }

  return {
    sender,
    windows,
    reach: (id) => {
      if (id % 2 === 0) throw broken(`a client that opens stream ${id}`);
      last = id;
    },
    open: (id, remoteEnded) => {
      const stream = {
        id,
        receiveWindow: windowBytes,
        sendWindow: windows.settings().windowBytes,
        sentBytes: 0,
        remoteEnded,
        waiting: [],
        trailers: undefined,
        last: false,
      };
      streams.set(id, stream);
      return stream;
    },
    get: (id) => streams.get(id),
    find: (id, what) => {
      if (id === 0 || id > last) throw broken(`${what} on stream ${id}, which is idle`);
      return streams.get(id);
    },
    all: () => streams.values(),
    count: () => streams.size,
    last: () => last,
    grant: (stream, bytes) => {
      stream.receiveWindow += bytes;
      output.push(encodeNumberFrame(FRAME.windowUpdate, stream.id, bytes));
    },
    reset: (stream, code) => {
      resets.push(stream.id, code);
      forget(stream);
    },
    forget,
    clear: () => {
      for (const stream of streams.values()) forget(stream);
    },
  };
}
