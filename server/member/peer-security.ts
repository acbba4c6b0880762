import type { Config } from '../config/settings.ts';
import type { Log } from '../observe/log/log.ts';
import type { Caller, CallerRole } from '../services/admin/parts.ts';
import { roleOf } from '../transport/grpc/caller-role.ts';
import { insecureCredentials, tlsCredentials } from '../transport/grpc/credentials.ts';
import type { PeerCredentials } from '../transport/grpc/credentials.ts';
import { tellOfCertificates } from './certificate-log.ts';
import { CERTIFICATES_REFRESH_MS } from './settings.ts';
import { using } from './unusable.ts';

/** How the peer port authenticates, by the settings. Throws when the files cannot be used. */
export function peerCredentials(config: Config, log: Log): PeerCredentials {
  const certificate = config['tls.peer.certificate'];
  const key = config['tls.peer.key'];
  const authority = config['tls.peer.authority'];
  if (certificate === undefined || key === undefined || authority === undefined) {
    return insecureCredentials();
  }
  const files = { certificate, key, authority };
  return using('tls.peer', () =>
    tlsCredentials(files, CERTIFICATES_REFRESH_MS, tellOfCertificates(log, 'peer')),
  );
}

/** Why a caller may not act in a role; undefined when it may. An operator may do what peers may. */
export function authorize(caller: Caller, role: CallerRole): string | undefined {
  const has = roleOf(caller);
  if (has === 'operator' || has === role) return undefined;
  return `this takes a certificate with the URI robustmq://${role}; the caller's has ${has === 'none' ? 'no role' : `robustmq://${has}`}`;
}
