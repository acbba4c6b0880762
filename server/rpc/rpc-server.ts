/**
 * gRPC for clients. Calls with one request and one reply, which are nearly all, are answered here
 * on our own HTTP/2 (`../http2`), at a tenth of what grpc-js takes; everything else grpc-js answers.
 */
import type { Socket } from 'node:net';
import { serveConnection } from './client-connection.ts';
import type { ClientConnection, ClientConnectionParts } from './client-connection.ts';
import type { EndReason } from './connection-policy.ts';
import { createWatch } from './watch.ts';
import type { WatchBounds } from './watch.ts';

export interface RpcServerParts extends ClientConnectionParts, WatchBounds {
  readonly nowMs: () => number;
  /** How often all connections are looked at. */
  readonly lookMs: number;
  /** Told how many connections were ended at a look. */
  readonly ended: (ended: Readonly<Record<EndReason, number>>, heldBytes: number) => void;
}

/** Counts since the server was made, and what is held now. */
export interface RpcServerStats {
  readonly heldBytes: number;
  readonly ended: Readonly<Record<EndReason, number>>;
}

export interface RpcServer {
  /** Serves a connection. */
  accept(socket: Socket): void;
  stats(): RpcServerStats;
  /** Tells clients to go elsewhere: no more requests are taken, those in work go on. */
  leave(): void;
  /** Ends all connections. */
  close(): void;
}

export function createRpcServer(parts: RpcServerParts): RpcServer {
  const { nowMs, room } = parts;
  const connections = new Set<ClientConnection>();
  const total: Record<EndReason, number> = { overload: 0, stalled: 0 };
  const watch = createWatch(parts, ({ socket }, reason) => {
    total[reason] += 1;
    socket.destroy();
  });
  const timer = setInterval(look, parts.lookMs);
  timer.unref();

  function look(): void {
    const before = { ...total };
    watch.look(connections, nowMs());
    const overload = total.overload - before.overload;
    const stalled = total.stalled - before.stalled;
    if (overload + stalled > 0) parts.ended({ overload, stalled }, room.heldBytes());
  }

  return {
    accept: (socket) => {
      const connection = serveConnection(socket, parts);
      connections.add(connection);
      socket.once('close', () => connections.delete(connection));
    },
    stats: () => ({ heldBytes: room.heldBytes(), ended: { ...total } }),
    leave: () => {
      for (const { http2 } of connections) http2.goAway();
    },
    close: () => {
      clearInterval(timer);
      for (const { socket } of connections) socket.destroy();
    },
  };
}
