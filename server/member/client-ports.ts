/** The ports for clients: one without TLS, and one with it where that is set. */
import type { Socket } from 'node:net';
import type { Address } from '../config/kinds.ts';
import type { Config } from '../config/settings.ts';
import type { Log } from '../observe/log/log.ts';
import type { ConnectionStats } from '../observe/metrics/connections.ts';
import type { ClientService } from '../services/client-service.ts';
import { tlsCredentials } from '../transport/grpc/credentials.ts';
import { tellOfCertificates } from './certificate-log.ts';
import { createClientRpc } from './client-rpc.ts';
import { createPlaces, listen } from './grpc-listener.ts';
import type { GrpcListener, Places } from './grpc-listener.ts';
import type { Health } from './health.ts';
import { CERTIFICATES_REFRESH_MS } from './settings.ts';
import { unusable, using } from './unusable.ts';

/** Both ports, which share one server, and one number of connections. */
export interface ClientPorts extends GrpcListener {
  /** Where it listens with TLS. */
  readonly tlsAddress: Address | undefined;
  stats(): ConnectionStats;
}

/** Opens them. Throws what a port throws that cannot be opened, and for certificates that cannot be used. */
export async function openClientPorts(
  config: Config,
  log: Log,
  services: readonly ClientService[],
  health: Health,
): Promise<ClientPorts> {
  const connectionsMax = config['limits.connections'];
  const full = (): void => log.write('connections_full', { purpose: 'client', connectionsMax });
  const places = createPlaces({ connectionsMax, full });
  const rpc = createClientRpc(config, log, services, health);
  const accept = (socket: Socket): void => rpc.accept(socket);
  const plain = await listen(accept, config['listen.client'], places).catch(
    unusable('listen.client'),
  );
  const secure = await openWithTls(config, log, accept, places);
  return {
    address: plain.address,
    tlsAddress: secure?.address,
    stats: () => ({ ...places.stats(), ...rpc.stats() }),
    stopAccepting: () => {
      plain.stopAccepting();
      secure?.stopAccepting();
      rpc.leave();
    },
    destroy: () => {
      rpc.close();
      places.destroy();
      secure?.forget();
    },
  };
}

interface SecurePort extends GrpcListener {
  /** Looks at the certificates no more. */
  forget(): void;
}

/** A connection counts from the start of its handshake; clients have no roles. */
async function openWithTls(
  config: Config,
  log: Log,
  accept: (socket: Socket) => void,
  places: Places,
): Promise<SecurePort | undefined> {
  const address = config['listen.client_tls'];
  const certificate = config['tls.client.certificate'];
  const key = config['tls.client.key'];
  if (address === undefined || certificate === undefined || key === undefined) return undefined;
  const files = { certificate, key, authority: config['tls.client.authority'] };
  const tell = tellOfCertificates(log, 'client_tls');
  const credentials = using('tls.client', () =>
    tlsCredentials(files, CERTIFICATES_REFRESH_MS, tell),
  );
  const listener = await listen(credentials.acceptor(accept), address, places).catch(
    unusable('listen.client_tls'),
  );
  return { ...listener, forget: () => credentials.close() };
}
