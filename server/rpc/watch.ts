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
  /** What its client owed, and since when. */
  readonly debts: ReadonlyMap<string, number>;
  readonly readBytes: number;
  readonly heardMs: number;
  readonly asked: boolean;
}

export interface Watch {
  /** Looks at all of them once, and ends those that are to be ended. */
  look(connections: Iterable<ClientConnection>, nowMs: number): void;
  /** Asks those that are silent for a sign of life, and gives those up that gave none. */
  keepAlive(connections: Iterable<ClientConnection>, nowMs: number): void;
}

/** What a connection counts for beyond its bytes, for the objects around it: an estimate. */
const CONNECTION_BYTES = 4_096;
/** What an open call counts for, likewise. */
const CALL_BYTES = 1_024;
const NO_DEBTS: ReadonlyMap<string, number> = new Map();

/** @param end ends a connection, for a reason. */
export function createWatch(
  bounds: WatchBounds,
  end: (connection: ClientConnection, reason: EndReason) => void,
): Watch {
  const seen = new WeakMap<ClientConnection, Sight>();

  function observe(connection: ClientConnection, nowMs: number): Holding<ClientConnection> {
    const before = seen.get(connection);
    const readBytes = connection.readBytes();
    const silent = before?.readBytes === readBytes;
    const debts = sinceWhen(connection.debts(), before?.debts ?? NO_DEBTS, nowMs);
    seen.set(connection, {
      debts,
      readBytes,
      heardMs: silent ? before.heardMs : nowMs,
      asked: silent && before.asked,
    });
    return {
      id: connection,
      bytes: CONNECTION_BYTES + CALL_BYTES * connection.http2.streams() + connection.heldBytes(),
      waitingSinceMs: debts.size === 0 ? undefined : Math.min(...debts.values()),
    };
  }

  function askOrGiveUp(connection: ClientConnection, nowMs: number): void {
    const sight = seen.get(connection);
    if (sight === undefined) return;
    const silentMs = nowMs - sight.heardMs;
    if (silentMs < bounds.keepaliveMs) return;
    if (!sight.asked) {
      seen.set(connection, { ...sight, asked: true });
      connection.http2.ping();
    } else if (silentMs >= bounds.keepaliveMs + bounds.keepaliveTimeoutMs) {
      connection.end();
    }
  }

  return {
    look: (connections, nowMs) => {
      const holdings = [...connections].map((each) => observe(each, nowMs));
      for (const { id, reason } of connectionsToEnd(holdings, nowMs, bounds)) end(id, reason);
    },
    keepAlive: (connections, nowMs) => {
      for (const each of connections) askOrGiveUp(each, nowMs);
    },
  };
}

/** Those that were there before are as old as they were. */
function sinceWhen(
  debts: readonly string[],
  before: ReadonlyMap<string, number>,
  nowMs: number,
): ReadonlyMap<string, number> {
  if (debts.length === 0) return NO_DEBTS;
  return new Map(debts.map((debt) => [debt, before.get(debt) ?? nowMs]));
}
