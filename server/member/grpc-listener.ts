import { createServer } from 'node:net';
import type { Socket } from 'node:net';
import type { Server, ServerCredentials } from '@grpc/grpc-js';
import type { Address } from '../config/kinds.ts';
import type { OverloadGuard } from './overload-guard.ts';

/** Counts of a listener since it was opened. */
export interface ListenerStats {
  /** Open now. */
  readonly connections: number;
  /** Closed at accept, because there were too many. */
  readonly refused: number;
}

export interface GrpcListener {
  /** Where it listens: with the port that was given out for port 0. */
  readonly address: Address;
  stats(): ListenerStats;
  /** Takes no more connections. Those that are open go on. */
  stopAccepting(): void;
  /** Ends the connections that are still open. */
  destroy(): void;
}

/** What is let in. */
export interface ListenerLimits {
  readonly connectionsMax: number;
  /** Watches over those that were let in. */
  readonly guard?: OverloadGuard;
  /** Told at most once a second that connections are refused. */
  readonly full?: () => void;
}

const TELL_MS = 1_000;
/** Connections that come faster than they are accepted wait in the kernel: too few places, and it resets some. */
const BACKLOG = 4_096;

/**
 * Listens for a gRPC server. Connections beyond `connectionsMax` are closed at accept, before they
 * cost any memory; grpc-js itself takes as many as come.
 */
export function listen(
  server: Server,
  credentials: ServerCredentials,
  { host, port }: Address,
  { connectionsMax, guard, full }: ListenerLimits,
): Promise<GrpcListener> {
  const injector = server.createConnectionInjector(credentials);
  const sockets = new Set<Socket>();
  let refused = 0;
  let toldMs = -Infinity;
  const acceptor = createServer({ noDelay: true }, (socket) => {
    if (sockets.size >= connectionsMax) {
      refused += 1;
      socket.destroy();
      if (full !== undefined && performance.now() - toldMs >= TELL_MS) {
        toldMs = performance.now();
        full();
      }
      return;
    }
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    guard?.watch(socket);
    injector.injectConnection(socket);
  });
  const listener = (bound: Address): GrpcListener => ({
    address: bound,
    stats: () => ({ connections: sockets.size, refused }),
    stopAccepting: () => acceptor.close(),
    destroy: () => {
      guard?.close();
      for (const socket of sockets) socket.destroy();
    },
  });
  return new Promise((resolve, reject) => {
    acceptor.once('error', reject);
    acceptor.listen({ host, port, backlog: BACKLOG }, () => {
      acceptor.off('error', reject);
      const bound = acceptor.address();
      const given = typeof bound === 'object' && bound !== null ? bound.port : port;
      resolve(listener({ host, port: given }));
    });
  });
}
