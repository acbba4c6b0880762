/**
 * A gRPC server. Calls with one request and one reply, which are nearly all, and streams between
 * members are answered here on our own HTTP/2 (`../http2`), at a tenth of what grpc-js takes;
 * everything else grpc-js answers.
 */
import type { Socket } from 'node:net';
import type { Http2Error } from '../http2/http2-error.ts';
import { serveConnection } from './client-connection.ts';
import type { ClientConnection, ClientConnectionParts } from './client-connection.ts';
import type { EndReason } from './connection-policy.ts';
import type { Caller } from './calls.ts';
import { createWatch } from './watch.ts';
import type { WatchBounds } from './watch.ts';

export interface RpcServerParts extends Omit<ClientConnectionParts, 'failed'>, WatchBounds {
  readonly nowMs: () => number;
  /** Told at most once a second how many connections were ended since the last time. */
  readonly ended: (ended: Readonly<Record<EndReason, number>>, heldBytes: number) => void;
  /** Likewise, of those whose clients broke the protocol, and how the first of them did. */
  readonly broken: (connections: number, first: Http2Error) => void;
}

/** Counts since the server was made, and what is held now. */
export interface RpcServerStats {
  readonly heldBytes: number;
  readonly ended: Readonly<Record<EndReason | 'broken', number>>;
}

export interface RpcServer {
  /** Serves a connection. */
  accept(socket: Socket, stamp?: Caller['stamp']): void;
  stats(): RpcServerStats;
  /** What is done each second, or more often: looks after all connections, and tells of those that were ended. */
  look(): void;
  /** Tells clients to go elsewhere: no more requests are taken, those in work go on. */
  leave(): void;
  /** Ends all connections. */
  close(): void;
}

/** Silence is noticed this much later at most, by shares of what is allowed. */
const LOOKS = 4;
const LOOK_MS_MAX = 1_000;

export function createRpcServer(parts: RpcServerParts): RpcServer {
  const { nowMs, room } = parts;
  const connections = new Set<ClientConnection>();
  const total: Record<EndReason | 'broken', number> = { overload: 0, stalled: 0, broken: 0 };
  let told = { ...total };
  /** Of those that broke the protocol since they were told of. */
  let firstFailure: Http2Error | undefined;
  const watch = createWatch(parts, (connection, reason) => {
    total[reason] += 1;
    connections.delete(connection);
    connection.end();
  });
  const connectionParts: ClientConnectionParts = {
    ...parts,
    failed: (error) => {
      total.broken += 1;
      firstFailure ??= error;
    },
  };
  const makeRoom = (): void => watch.look(connections, nowMs());
  const timer = setInterval(look, Math.min(LOOK_MS_MAX, parts.keepaliveTimeoutMs / LOOKS));
  timer.unref();

  function look(): void {
    makeRoom();
    for (const { http2 } of connections) http2.relax();
    watch.keepAlive(connections, nowMs());
    const overload = total.overload - told.overload;
    const stalled = total.stalled - told.stalled;
    const broken = total.broken - told.broken;
    told = { ...total };
    if (overload + stalled > 0) parts.ended({ overload, stalled }, room.heldBytes());
    if (firstFailure !== undefined) parts.broken(broken, firstFailure);
    firstFailure = undefined;
  }

  return {
    look,
    accept: (socket, stamp) => {
      const peer = `${socket.remoteAddress ?? 'nowhere'}:${socket.remotePort ?? 0}`;
      const connection = serveConnection(socket, { peer, stamp }, connectionParts, makeRoom);
      connections.add(connection);
      socket.once('close', () => connections.delete(connection));
    },
    stats: () => ({ heldBytes: room.heldBytes(), ended: { ...total } }),
    leave: () => {
      for (const { http2 } of connections) http2.goAway();
    },
    close: () => {
      clearInterval(timer);
      for (const connection of connections) connection.end();
    },
  };
}
