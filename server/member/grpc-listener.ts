import { createServer } from 'node:net';
import type { Socket } from 'node:net';
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

/** What is let in. */
export interface ListenerLimits {
  readonly connectionsMax: number;
  /** Told at most once a second that connections are refused. */
  readonly full?: () => void;
}

const TELL_MS = 1_000;
/** Connections that come faster than they are accepted wait in the kernel: too few places, and it resets some. */
const BACKLOG = 4_096;

/**
 * Listens for a gRPC server. Connections beyond `connectionsMax` are closed at accept, before they
 * cost any memory; servers themselves take as many as come.
 *
 * @param accept gives the server a connection.
 */
export function listen(
  accept: (socket: Socket) => void,
  { host, port }: Address,
  { connectionsMax, full }: ListenerLimits,
): Promise<GrpcListener> {
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
    accept(socket);
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
    acceptor.listen({ host, port, backlog: BACKLOG }, () => {
      acceptor.off('error', reject);
      const bound = acceptor.address();
      const given = typeof bound === 'object' && bound !== null ? bound.port : port;
      resolve(listener({ host, port: given }));
    });
  });
}
