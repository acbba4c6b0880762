/** Looks at connections now and then: who keeps the member waiting, who holds too much, who is gone. */
import type { ClientConnection } from './client-connection.ts';
import { connectionsToEnd } from './connection-policy.ts';
import type { EndReason, Holding, HoldingBounds } from './connection-policy.ts';

export interface WatchBounds extends HoldingBounds {
  /** After this much silence a client is asked for a sign of life … */
  readonly keepaliveMs: number;
  /** … and given up when none comes within this. */
  readonly keepaliveTimeoutMs: number;
}

/** What was seen of one connection at the last look. */
interface Sight {
  readonly sinceMs: number;
  readonly readBytes: number;
  /** What the client has taken from us. */
  readonly takenBytes: number;
  readonly heardMs: number;
  readonly asked: boolean;
}

export interface Watch {
  /** Looks at all of them once, and ends those that are to be ended. */
  look(connections: Iterable<ClientConnection>, nowMs: number): void;
}

/** What a connection counts for beyond its bytes, for the objects around it: an estimate. */
const CONNECTION_BYTES = 4_096;
/** What an open call counts for, likewise. */
const CALL_BYTES = 1_024;

/** @param end ends a connection, for a reason. */
export function createWatch(
  bounds: WatchBounds,
  end: (connection: ClientConnection, reason: EndReason) => void,
): Watch {
  const seen = new WeakMap<ClientConnection, Sight>();

  /** Undefined: it owes nothing. */
  function observe(connection: ClientConnection, nowMs: number): Holding<ClientConnection> {
    const { http2, socket } = connection;
    const before = seen.get(connection);
    const readBytes = socket.bytesRead;
    const takenBytes = socket.bytesWritten - socket.writableLength - http2.waitingBytes();
    const owes = !http2.hasBegun() || connection.isReceiving() || connection.heldBytes() > 0;
    const silent = before?.readBytes === readBytes;
    const stuck = (silent || !http2.hasBegun()) && before?.takenBytes === takenBytes;
    const sinceMs = owes && stuck ? before.sinceMs : nowMs;
    seen.set(connection, {
      sinceMs,
      readBytes,
      takenBytes,
      heardMs: silent ? before.heardMs : nowMs,
      asked: silent && before.asked,
    });
    return {
      id: connection,
      bytes: CONNECTION_BYTES + CALL_BYTES * http2.streams() + connection.heldBytes(),
      waitingSinceMs: owes ? sinceMs : undefined,
    };
  }

  function keepAlive(connection: ClientConnection, nowMs: number): void {
    const sight = seen.get(connection);
    if (sight === undefined) return;
    const silentMs = nowMs - sight.heardMs;
    if (silentMs < bounds.keepaliveMs) return;
    if (!sight.asked) {
      seen.set(connection, { ...sight, asked: true });
      connection.http2.ping();
    } else if (silentMs >= bounds.keepaliveMs + bounds.keepaliveTimeoutMs) {
      connection.socket.destroy();
    }
  }

  return {
    look: (connections, nowMs) => {
      const holdings = [...connections].map((each) => observe(each, nowMs));
      for (const { id, reason } of connectionsToEnd(holdings, nowMs, bounds)) end(id, reason);
      for (const { id } of holdings) {
        id.http2.relax();
        keepAlive(id, nowMs);
      }
    },
  };
}
