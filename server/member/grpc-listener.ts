import { createServer } from 'node:net';
import type { Socket } from 'node:net';
import type { Server, ServerCredentials } from '@grpc/grpc-js';
import type { Address } from '../config/kinds.ts';

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

/**
 * Listens for a gRPC server. Connections beyond `connectionsMax` are closed at accept, before they
 * cost any memory; grpc-js itself takes as many as come.
 */
export function listen(
  server: Server,
  credentials: ServerCredentials,
  { host, port }: Address,
  connectionsMax: number,
): Promise<GrpcListener> {
  const injector = server.createConnectionInjector(credentials);
  const sockets = new Set<Socket>();
  let refused = 0;
  const acceptor = createServer({ noDelay: true }, (socket) => {
    if (sockets.size >= connectionsMax) {
      refused += 1;
      socket.destroy();
      return;
    }
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    injector.injectConnection(socket);
  });
  const listener = (bound: Address): GrpcListener => ({
    address: bound,
    stats: () => ({ connections: sockets.size, refused }),
    stopAccepting: () => acceptor.close(),
    destroy: () => {
      for (const socket of sockets) socket.destroy();
    },
  });
  return new Promise((resolve, reject) => {
    acceptor.once('error', reject);
    acceptor.listen({ host, port }, () => {
      acceptor.off('error', reject);
      const bound = acceptor.address();
      const given = typeof bound === 'object' && bound !== null ? bound.port : port;
      resolve(listener({ host, port: given }));
    });
  });
}
