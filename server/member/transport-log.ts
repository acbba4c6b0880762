import type { Log } from '../observe/log/log.ts';
import type { TransportLog } from '../transport/grpc/transport-log.ts';

export interface CountingTransportLog extends TransportLog {
  /** How many were refused since the process began. */
  readonly refusals: () => number;
}

/** What the transport tells, as lines of the log. */
export function createTransportLog(log: Log): CountingTransportLog {
  let refusals = 0;
  return {
    connected: ({ member, address }) => log.write('peer_connected', { peer: member, address }),
    disconnected: ({ member, address }, reason) =>
      log.write('peer_lost', { peer: member, address, reason }),
    refused: (directory, reason) => {
      refusals += 1;
      log.write('hello_refused', { address: directory, reason });
    },
    // Told where the files are watched.
    certificates: () => undefined,
    refusals: () => refusals,
  };
}
