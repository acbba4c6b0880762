import type { Log } from '../observe/log/log.ts';
import type { TransportLog } from '../transport/grpc/transport-log.ts';

/** What the transport tells, as lines of the log. */
export const createTransportLog = (log: Log): TransportLog => ({
  connected: ({ member, address }) => log.write('peer_connected', { peer: member, address }),
  disconnected: ({ member, address }, reason) =>
    log.write('peer_lost', { peer: member, address, reason }),
  refused: (directory, reason) => log.write('hello_refused', { address: directory, reason }),
  // Told where the files are watched.
  certificates: () => undefined,
});
