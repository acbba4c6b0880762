/** A call of two streams on the caller's side, which has its connection for itself. */
import type { Socket } from 'node:net';
import { status } from '@grpc/grpc-js';
import { createClientConnection } from '../http2/client-connection.ts';
import type { HeaderField } from '../http2/hpack/header-field.ts';
import type { Http2Error } from '../http2/http2-error.ts';
import { carry } from './carry.ts';
import { createCallAnswer } from './call-answer.ts';
import { endOfReset } from './call-end.ts';
import type { CallEnd } from './call-end.ts';
import { createGranting } from './granting.ts';
import { keepAlive } from './keepalive.ts';
import type { KeepaliveOptions } from './keepalive.ts';
import { frameMessage } from './message-frame.ts';

export interface OutgoingCall {
  /** Sends a message. It leaves with the others of this turn, as far as the other end takes them. */
  write(message: Uint8Array): void;
  /** Bytes of messages that are here because the other end does not take them yet. */
  waitingBytes(): number;
  /** Breaks it off, and the connection too. Nothing is told any more. */
  close(): void;
}

export interface OutgoingCallListener {
  /** A view of what was received, which may be kept. */
  message(message: Buffer): void;
  /** Some of what waited was taken. */
  drained(): void;
  /** Once; nothing comes after. */
  ended(end: CallEnd): void;
}

export interface OutgoingCallParts extends KeepaliveOptions {
  /** `/package.Service/Method`. */
  readonly path: string;
  /** A connection that is open, or opening. */
  readonly socket: Socket;
  /** Longest message that is taken. */
  readonly messageBytesMax: number;
}

const LIMITS = { streamsMax: 1, headerBytesMax: 16_384, windowBytes: 65_535 } as const;

export function openCall(parts: OutgoingCallParts, listener: OutgoingCallListener): OutgoingCall {
  const { path, socket, messageBytesMax, keepaliveTimeoutMs } = parts;
  let open = true;

  const answer = createCallAnswer({
    messageBytesMax,
    message: (message) => {
      listener.message(message);
      return open;
    },
    ended: finish,
  });
  const http2 = createClientConnection({
    write: (bytes) => {
      if (socket.writable) socket.write(bytes);
    },
    defer: queueMicrotask,
    limits: LIMITS,
    events: {
      answer: (_id, fields, ended) => answer.headers(fields, ended),
      data: (_id, bytes, ended) => {
        answer.data(bytes, ended);
        if (open) granting.took(bytes.length);
      },
      cancelled: (_id, code) => finish(endOfReset(code)),
      left: (last, code) => {
        if (last < id) finish(dropped(`the other end takes no more calls: ${code}`));
      },
      pong: () => undefined,
      failed: (error) => finish(brokenBy(error)),
    },
  });
  const id = http2.open(headOf(path));
  const granting = createGranting(LIMITS.windowBytes, (bytes) => http2.grant(id, bytes));
  const rest = keepAlive({
    ...parts,
    readBytes: () => socket.bytesRead,
    ask: () => http2.ping(),
    giveUp: () => finish(dropped(`no sign of life within ${keepaliveTimeoutMs} ms`)),
    relax: () => http2.relax(),
  });

  function close(): void {
    if (!open) return;
    open = false;
    rest();
    socket.destroy();
  }

  function finish(end: CallEnd): void {
    if (!open) return;
    close();
    listener.ended(end);
  }

  carry(socket, {
    received: (chunk) => http2.receive(chunk),
    // There may have been windows in what came.
    moved: () => {
      if (open) listener.drained();
    },
    closed: (reason) => finish(dropped(reason)),
  });

  return {
    close,
    waitingBytes: () => http2.waitingBytes() + socket.writableLength,
    write: (message) => {
      if (open) http2.send(id, { data: frameMessage(message) });
    },
  };
}

/** Who is meant is known by other means than a name. */
const headOf = (path: string): HeaderField[] => [
  { name: ':method', value: 'POST' },
  { name: ':scheme', value: 'http' },
  { name: ':path', value: path },
  { name: ':authority', value: 'robustmq-peer' },
  { name: 'content-type', value: 'application/grpc' },
  { name: 'te', value: 'trailers' },
];

const dropped = (why: string): CallEnd => ({
  code: status.UNAVAILABLE,
  details: `Connection dropped: ${why}`,
});

const brokenBy = ({ message }: Http2Error): CallEnd => ({
  code: status.INTERNAL,
  details: `the other end broke the protocol: ${message}`,
});
