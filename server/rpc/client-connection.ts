/** A client's connection: bytes between a socket and the protocol, and what it makes the member hold. */
import type { Duplex } from 'node:stream';
import type { Socket } from 'node:net';
import type { Connection } from '../http2/connection.ts';
import type { Http2Error } from '../http2/http2-error.ts';
import { createServerConnection } from '../http2/server-connection.ts';
import type { ServerConnection } from '../http2/server-connection.ts';
import { carry } from './carry.ts';
import { createCalls } from './calls.ts';
import type { Caller, Calls, CallsParts } from './calls.ts';
import { createDelivery } from './delivery.ts';
import { createPassthrough } from './passthrough.ts';
import type { Room } from './room.ts';

export interface ClientConnectionParts extends CallsParts {
  /** Takes in what asks for anything else than a plain call of one of the methods. */
  readonly others: (socket: Duplex) => void;
  readonly failed: (error: Http2Error) => void;
}

export interface ClientConnection {
  readonly http2: Pick<ServerConnection, 'goAway' | 'ping' | 'relax' | 'streams'>;
  /** Bytes that have come. */
  readBytes(): number;
  /** Bytes of requests that have not come whole, and of replies that the client has not read. */
  heldBytes(): number;
  /** What the client keeps the member waiting for; of the same name for as long as it is the same. */
  debts(): string[];
  /** Ends it at once; it holds nothing any more. */
  end(): void;
}

/** No more is read from a client that leaves this much unread, in bytes. */
const UNREAD_BYTES_MAX = 262_144;

/**
 * Serves what comes on `socket`, until it is closed.
 *
 * @param crowded there is no room for what this connection holds: somebody has to go.
 */
export function serveConnection(
  socket: Socket,
  caller: Caller,
  parts: ClientConnectionParts,
  crowded: () => void,
): ClientConnection {
  const { others: accept, room } = parts;
  /** By requests that have not come whole, and by those that are handed on. */
  let requestBytes = 0;
  const recount = createShare(room, () => {
    if (socket.destroyed) return 0;
    const written = Math.max(socket.writableLength, delivery.unreadBytes());
    return requestBytes + http2.partialBytes() + http2.waitingBytes() + written;
  });
  const http2: ServerConnection = createServerConnection({
    write,
    defer: queueMicrotask,
    limits: parts.limits,
    events: {
      request: (...request) => calls.events.request(...request),
      data: (...data) => calls.events.data(...data),
      cancelled: (...cancelled) => calls.events.cancelled(...cancelled),
      left: () => undefined,
      pong: (payload) => delivery.answered(payload),
      failed: (error) => {
        parts.failed(error);
        calls.close();
        socket.end(() => socket.destroy());
      },
    },
  });
  const delivery = createDelivery((payload) => http2.ping(payload));
  const outside = counting(http2, recount);
  const hold = (bytes: number): void => void (requestBytes += bytes);
  const isCrowded = (): boolean => http2.waitingBytes() + socket.writableLength > UNREAD_BYTES_MAX;
  const others = createPassthrough({ accept, outside, isCrowded, room, hold });
  const taking = createTaking(isCrowded);
  const { whenTaken } = taking;
  const calls: Calls = createCalls(parts, caller, outside, others, { hold, whenTaken });

  function write(bytes: Buffer): void {
    if (!socket.writable) return;
    socket.write(bytes);
    delivery.wrote(bytes.length);
    recount();
    if (socket.writableLength > UNREAD_BYTES_MAX) socket.pause();
  }

  carry(socket, {
    received: (chunk) => http2.receive(chunk),
    moved: () => {
      recount();
      socket.resume();
      if (!isCrowded()) others.relieve();
      taking.moved();
      // Not later: thousands of sockets may be read before anything else is done.
      if (!room.has(0)) crowded();
    },
    closed: () => {
      calls.close();
      recount();
    },
  });
  return {
    http2,
    readBytes: () => socket.bytesRead,
    heldBytes: recount,
    debts: () => [...http2.debts(), ...calls.debts(), ...delivery.debts()],
    end: () => {
      socket.destroy();
      recount();
    },
  };
}

/** The same connection; each answer is counted before the next is made, which may come in the same turn. */
const counting = (http2: Connection, recount: () => void): Connection => ({
  ...http2,
  send: (stream, answer) => {
    http2.send(stream, answer);
    recount();
  },
});

/** Those that wait for the client to take what it was sent. */
function createTaking(isCrowded: () => boolean) {
  const waiting = new Set<() => void>();

  function moved(): void {
    for (const task of waiting) {
      if (isCrowded()) return;
      waiting.delete(task);
      task();
    }
  }

  return {
    moved,
    whenTaken: (task: () => void): void => {
      waiting.add(task);
      if (!isCrowded()) setImmediate(moved);
    },
  };
}

/** Takes what is held now out of the room, instead of what was held the last time; returns it. */
function createShare(room: Room, now: () => number): () => number {
  let heldBytes = 0;
  return () => {
    const before = heldBytes;
    heldBytes = now();
    room.take(heldBytes - before);
    return heldBytes;
  };
}
