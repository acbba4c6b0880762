/** A client's connection: bytes between a socket and the protocol, and what it makes the member hold. */
import type { Duplex } from 'node:stream';
import type { Socket } from 'node:net';
import { createConnection } from '../http2/connection.ts';
import type { ConnectionLimits } from '../http2/connection-limits.ts';
import type { Connection } from '../http2/connection.ts';
import type { Http2Error } from '../http2/http2-error.ts';
import { createCalls } from './calls.ts';
import type { Calls, CallsParts } from './calls.ts';
import { createPassthrough } from './passthrough.ts';

export interface ClientConnectionParts extends CallsParts {
  /** Takes in what asks for anything else than a plain call of one of the methods. */
  readonly others: (socket: Duplex) => void;
  readonly limits: ConnectionLimits;
  readonly failed: (error: Http2Error) => void;
}

export interface ClientConnection {
  readonly http2: Connection;
  readonly socket: Socket;
  /** Bytes of replies that the client has not taken. */
  heldBytes(): number;
  /** Whether the rest of a request is waited for. */
  isReceiving(): boolean;
}

/** No more is read from a client that leaves this much unread, in bytes. */
const UNREAD_BYTES_MAX = 262_144;

/** Serves what comes on `socket`, until it is closed. */
export function serveConnection(socket: Socket, parts: ClientConnectionParts): ClientConnection {
  let heldBytes = 0;
  const http2: Connection = createConnection({
    write,
    defer: queueMicrotask,
    limits: parts.limits,
    events: {
      request: (...request) => calls.events.request(...request),
      data: (...data) => calls.events.data(...data),
      cancelled: (stream) => calls.events.cancelled(stream),
      failed: (error) => {
        parts.failed(error);
        socket.end(() => socket.destroy());
      },
    },
  });
  const passthrough = createPassthrough(parts.others, http2);
  const calls: Calls = createCalls(parts, http2, passthrough);

  function write(bytes: Buffer): void {
    if (socket.destroyed) return;
    socket.write(bytes);
    recount();
    if (socket.writableLength > UNREAD_BYTES_MAX) socket.pause();
  }

  function recount(): void {
    const now = socket.destroyed ? 0 : http2.waitingBytes() + socket.writableLength;
    if (now === heldBytes) return;
    parts.room.take(now - heldBytes);
    heldBytes = now;
  }

  socket.on('data', (chunk) => {
    http2.receive(chunk);
    // It may have opened a window.
    if (http2.waitingBytes() === 0) passthrough.taken();
    recount();
  });
  socket.on('drain', () => {
    recount();
    socket.resume();
  });
  // `close` follows, and there is nobody to be told.
  socket.on('error', () => undefined);
  socket.once('close', () => {
    calls.close();
    recount();
  });
  return { http2, socket, heldBytes: () => heldBytes, isReceiving: () => calls.isReceiving() };
}
