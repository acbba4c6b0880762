/** A client's connection: its calls by their streams, and what it makes the member hold. */
import type { Duplex } from 'node:stream';
import type { Socket } from 'node:net';
import { createConnection } from '../http2/connection.ts';
import type { Connection, ConnectionLimits } from '../http2/connection.ts';
import type { HeaderField } from '../http2/hpack/header-field.ts';
import type { Http2Error } from '../http2/http2-error.ts';
import { createPassthrough } from './passthrough.ts';
import { readHead } from './request-head.ts';
import type { Room } from './room.ts';
import { createUnaryCall } from './unary-call.ts';
import type { UnaryCall } from './unary-call.ts';
import type { UnaryMethods } from './unary-methods.ts';

export interface ClientConnectionParts {
  readonly methods: UnaryMethods;
  /** Takes in what asks for anything else. */
  readonly others: (socket: Duplex) => void;
  readonly limits: ConnectionLimits & { readonly messageBytesMax: number };
  readonly room: Room;
  readonly unforeseen: (error: unknown) => void;
  readonly failed: (error: Http2Error) => void;
}

export interface ClientConnection {
  readonly http2: Connection;
  readonly socket: Socket;
  /** Bytes of requests and replies that are held for this client. */
  heldBytes(): number;
  /** Whether the rest of a request is waited for. */
  isReceiving(): boolean;
}

/** No more is read from a client that leaves this much unread, in bytes. */
const UNREAD_BYTES_MAX = 262_144;

/** Serves what comes on `socket`, until it is closed. */
export function serveConnection(socket: Socket, parts: ClientConnectionParts): ClientConnection {
  const { methods, room, limits } = parts;
  const calls = new Map<number, UnaryCall>();
  let heldBytes = 0;

  const http2: Connection = createConnection({
    write,
    defer: queueMicrotask,
    limits,
    events: {
      request: begin,
      data: (stream, bytes, ended) => {
        const call = calls.get(stream);
        if (call === undefined) passthrough.data(stream, bytes, ended);
        else call.data(bytes, ended);
      },
      cancelled: (stream) => {
        const call = calls.get(stream);
        calls.delete(stream);
        if (call === undefined) passthrough.cancel(stream);
        else call.cancel();
      },
      failed: (error) => {
        parts.failed(error);
        socket.end(() => socket.destroy());
      },
    },
  });
  const passthrough = createPassthrough(parts.others, http2);

  function begin(stream: number, fields: readonly HeaderField[], ended: boolean): void {
    const head = readHead(fields);
    const method = head.path === undefined ? undefined : methods.get(head.path);
    if (method === undefined) {
      passthrough.begin(stream, fields, ended);
      return;
    }
    const call = createUnaryCall({
      method,
      head,
      room,
      messageBytesMax: limits.messageBytesMax,
      send: (answer) => {
        calls.delete(stream);
        http2.send(stream, answer);
        recount();
      },
      grant: (bytes) => http2.grant(stream, bytes),
      unforeseen: parts.unforeseen,
    });
    calls.set(stream, call);
    if (ended) call.data(Buffer.alloc(0), true);
  }

  function write(bytes: Buffer): void {
    if (socket.destroyed) return;
    socket.write(bytes);
    recount();
    if (socket.writableLength > UNREAD_BYTES_MAX) socket.pause();
  }

  function recount(): void {
    const now = socket.destroyed ? 0 : http2.waitingBytes() + socket.writableLength;
    if (now === heldBytes) return;
    room.take(now - heldBytes);
    heldBytes = now;
  }

  socket.on('data', (chunk) => {
    http2.receive(chunk);
    recount();
  });
  socket.on('drain', () => {
    recount();
    socket.resume();
  });
  // `close` follows, and there is nobody to be told.
  socket.on('error', () => undefined);
  socket.once('close', () => {
    recount();
    for (const call of calls.values()) call.cancel();
    calls.clear();
    passthrough.close();
  });

  return {
    http2,
    socket,
    heldBytes: () => heldBytes,
    isReceiving: () => calls.size > 0 && [...calls.values()].some((call) => call.isReceiving()),
  };
}
