/** Calls with one request and one reply, on one connection that is kept for those that follow. */
import type { Socket } from 'node:net';
import { status } from '@grpc/grpc-js';
import { createClientConnection } from '../http2/client-connection.ts';
import type { ClientConnection } from '../http2/client-connection.ts';
import type { ErrorCode } from '../http2/error-code.ts';
import type { HeaderField } from '../http2/hpack/header-field.ts';
import { carry } from './carry.ts';
import { createCallAnswer } from './call-answer.ts';
import type { CallAnswer } from './call-answer.ts';
import { endOfReset } from './call-end.ts';
import type { CallEnd } from './call-end.ts';
import { dropUnsent } from './drop-unsent.ts';
import { keepAlive } from './keepalive.ts';
import type { KeepaliveOptions } from './keepalive.ts';
import { frameMessage } from './message-frame.ts';

/** How a call ended that was not given up. */
export type UnaryOutcome =
  { readonly kind: 'reply'; readonly reply: Buffer } | ({ readonly kind: 'failed' } & CallEnd);

export interface UnaryRequest {
  /** `/package.Service/Method`. */
  readonly path: string;
  readonly message: Uint8Array;
  /** Without an answer it has failed after this, connecting included. */
  readonly timeoutMs: number;
}

export interface UnaryCaller {
  /**
   * Makes a call. A connection is opened when there is none.
   *
   * @param done called once, later, unless the call is given up. The reply is a view that may be kept.
   * @returns gives it up.
   */
  call(request: UnaryRequest, done: (outcome: UnaryOutcome) => void): () => void;
  /** Calls that have not ended. */
  calls(): number;
  /** Breaks the connection off, and with it all calls, of which nothing is told. */
  close(): void;
}

export interface UnaryCallerParts extends KeepaliveOptions {
  /** Begins to connect. */
  readonly connect: () => Socket;
  /** As it is named in requests: `host:port`. */
  readonly authority: string;
}

/** Longest reply that is taken: fits a stream's window, so none is ever let on. */
const REPLY_BYTES_MAX = 1 << 20;
const LIMITS = { streamsMax: 1, headerBytesMax: 16_384, windowBytes: 2 * REPLY_BYTES_MAX } as const;

export function createUnaryCaller(parts: UnaryCallerParts): UnaryCaller {
  const open = new Set<Line>();
  let line: Line | undefined;

  function connect(): Line {
    const opened = openLine(parts, {
      leaves: () => {
        if (line === opened) line = undefined;
      },
      closed: () => {
        open.delete(opened);
        if (line === opened) line = undefined;
      },
    });
    open.add(opened);
    line = opened;
    return opened;
  }

  return {
    call: (request, done) => (line ?? connect()).call(request, done),
    calls: () => [...open].reduce((sum, each) => sum + each.calls(), 0),
    close: () => {
      for (const each of open) each.close();
    },
  };
}

/** One connection. */
interface Line extends Pick<UnaryCaller, 'call' | 'calls' | 'close'> {
  readonly socket: Socket;
}

interface LineEvents {
  /** It takes no more calls. */
  readonly leaves: () => void;
  readonly closed: () => void;
}

interface OpenCall {
  readonly answer: CallAnswer;
  readonly finish: (outcome: UnaryOutcome) => void;
}

type Calls = Map<number, OpenCall>;

function openLine(parts: UnaryCallerParts, events: LineEvents): Line {
  const { authority, keepaliveTimeoutMs } = parts;
  const calls: Calls = new Map();
  const socket = parts.connect();
  socket.setNoDelay(true);
  // Who is killed cannot break it off by itself.
  dropUnsent(socket);
  let leaving = false;

  const http2: ClientConnection = createClientConnection({
    write: (bytes) => {
      if (socket.writable) socket.write(bytes);
    },
    defer: queueMicrotask,
    limits: LIMITS,
    events: {
      ...eventsOf(calls),
      left: (last, code) => {
        leaving = true;
        events.leaves();
        for (const [id, { finish }] of calls) {
          if (id > last) finish(failure(dropped(`the other end takes no more calls: ${code}`)));
        }
        endIfLeft();
      },
      failed: ({ message }) => {
        close({ code: status.INTERNAL, details: `the other end broke the protocol: ${message}` });
      },
    },
  });
  const rest = keepAlive({
    ...parts,
    readBytes: () => socket.bytesRead,
    ask: () => http2.ping(),
    giveUp: () => close(dropped(`no sign of life within ${keepaliveTimeoutMs} ms`)),
    relax: () => http2.relax(),
  });
  carry(socket, {
    received: (chunk) => http2.receive(chunk),
    moved: () => undefined,
    closed: (reason) => close(dropped(reason)),
  });

  /** @param end what its calls are told, if anything. */
  function close(end: CallEnd | undefined): void {
    rest();
    events.closed();
    breakOff(socket);
    const ended = [...calls.values()];
    calls.clear();
    if (end !== undefined) for (const { finish } of ended) finish(failure(end));
  }

  function endIfLeft(): void {
    if (leaving && calls.size === 0) close(undefined);
  }

  return {
    socket,
    calls: () => calls.size,
    close: () => close(undefined),
    call: (request, done) => {
      const id = http2.open(headOf(request.path, authority));
      const leave = begin(calls, id, request.timeoutMs, {
        done,
        left: () => {
          http2.close(id);
          endIfLeft();
        },
      });
      http2.send(id, { data: frameMessage(request.message), last: true });
      return leave;
    },
  };
}

/** Lets nothing arrive any more of what was sent: otherwise the system goes on delivering it, for minutes. */
function breakOff(socket: Socket): void {
  if (socket.connecting) socket.destroy();
  else socket.resetAndDestroy();
}

/** What comes for one of the calls. */
const eventsOf = (calls: Calls) => ({
  answer: (id: number, fields: readonly HeaderField[], ended: boolean): void =>
    calls.get(id)?.answer.headers(fields, ended),
  data: (id: number, bytes: Buffer, ended: boolean): void =>
    calls.get(id)?.answer.data(bytes, ended),
  cancelled: (id: number, code: ErrorCode): void =>
    calls.get(id)?.finish(failure(endOfReset(code))),
  pong: (): void => undefined,
});

/** Takes a call down among the others. @returns gives it up. */
function begin(
  calls: Calls,
  id: number,
  timeoutMs: number,
  { done, left }: { readonly done: OpenCall['finish']; readonly left: () => void },
): () => void {
  const reply: Buffer[] = [];
  const timer = setTimeout(() => {
    const details = `no answer within ${timeoutMs} ms`;
    finish(failure({ code: status.DEADLINE_EXCEEDED, details }));
  }, timeoutMs);

  function leave(): void {
    clearTimeout(timer);
    calls.delete(id);
    left();
  }
  function finish(outcome: UnaryOutcome): void {
    leave();
    done(outcome);
  }

  calls.set(id, {
    finish,
    answer: createCallAnswer({
      messageBytesMax: REPLY_BYTES_MAX,
      message: (bytes) => {
        reply.push(bytes);
        return true;
      },
      ended: (end) => {
        if (calls.has(id)) finish(outcomeOf(end, reply));
      },
    }),
  });
  return leave;
}

function outcomeOf(end: CallEnd, messages: readonly Buffer[]): UnaryOutcome {
  if (end.code !== status.OK) return failure(end);
  const [reply] = messages;
  if (reply !== undefined && messages.length === 1) return { kind: 'reply', reply };
  return failure({ code: status.INTERNAL, details: `${messages.length} replies instead of one` });
}

const failure = (end: CallEnd): UnaryOutcome => ({ kind: 'failed', ...end });

const headOf = (path: string, authority: string): HeaderField[] => [
  { name: ':method', value: 'POST' },
  { name: ':scheme', value: 'http' },
  { name: ':path', value: path },
  { name: ':authority', value: authority },
  { name: 'content-type', value: 'application/grpc' },
  { name: 'te', value: 'trailers' },
];

const dropped = (why: string): CallEnd => ({
  code: status.UNAVAILABLE,
  details: `Connection dropped: ${why}`,
});
