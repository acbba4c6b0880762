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

/** Places for connections, of one listener or of several together. */
export interface Places {
  /** Takes in a connection, or closes it: then it is nobody's. */
  admit(socket: Socket): boolean;
  stats(): ListenerStats;
  /** Ends the connections that are still open. */
  destroy(): void;
}

const TELL_MS = 1_000;
/** Connections that come faster than they are accepted wait in the kernel: too few places, and it resets some. */
const BACKLOG = 4_096;

/** Connections beyond `connectionsMax` are closed at accept, before they cost any memory. */
export function createPlaces({ connectionsMax, full }: ListenerLimits): Places {
  const sockets = new Set<Socket>();
  let refused = 0;
  let toldMs = -Infinity;
  return {
    admit: (socket) => {
      if (sockets.size < connectionsMax) {
        sockets.add(socket);
        socket.once('close', () => sockets.delete(socket));
        return true;
      }
      refused += 1;
      socket.destroy();
      if (full !== undefined && performance.now() - toldMs >= TELL_MS) {
        toldMs = performance.now();
        full();
      }
      return false;
    },
    stats: () => ({ connections: sockets.size, refused }),
    destroy: () => {
      for (const socket of sockets) socket.destroy();
    },
  };
}

/**
 * Listens for a gRPC server, which itself takes as many connections as come.
 *
 * @param accept gives the server a connection that has a place.
 */
export function listen(
  accept: (socket: Socket) => void,
  { host, port }: Address,
  places: Places,
): Promise<GrpcListener> {
  const acceptor = createServer({ noDelay: true }, (socket) => {
    if (places.admit(socket)) accept(socket);
  });
  const listener = (bound: Address): GrpcListener => ({
    address: bound,
    stats: () => places.stats(),
    stopAccepting: () => acceptor.close(),
    destroy: () => places.destroy(),
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
