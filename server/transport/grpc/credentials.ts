/** Who members are to each other, on the connection: mutual TLS, or explicitly nothing. */
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { createSecureContext } from 'node:tls';
import type { PeerCertificate } from 'node:tls';
import { ChannelCredentials, ServerCredentials, experimental } from '@grpc/grpc-js';
import type { ServerUnaryCall } from '@grpc/grpc-js';
import type { CallerRole } from './caller-role.ts';
import { isPeerCertificate, roleOfCertificate } from './caller-role.ts';

/** Paths of PEM files. */
export interface CertificateFiles {
  /** The chain of this member, its own certificate first. */
  readonly certificate: string;
  readonly key: string;
  /** The authorities that sign members and operators. */
  readonly authority: string;
}

/** A call on the server's side, as far as its caller's role needs. */
export type AuthenticatedCall = Pick<ServerUnaryCall<unknown, unknown>, 'getAuthContext'>;

/** How the peer port authenticates, as server and as client. */
export interface PeerCredentials {
  readonly server: ServerCredentials;
  /** For a new connection, with the files as they are now. */
  channel(): ChannelCredentials;
  /** What a caller may do. */
  roleOf(call: AuthenticatedCall): CallerRole;
  /** Looks at the files now. */
  reload(): void;
  /** Looks at them no more. */
  close(): void;
}

/** Nobody proves anything, so everybody may do everything: for loopback, or behind other walls. */
export const insecureCredentials = (): PeerCredentials => ({
  server: ServerCredentials.createInsecure(),
  channel: () => ChannelCredentials.createInsecure(),
  roleOf: () => 'operator',
  reload: () => undefined,
  close: () => undefined,
});

interface Loaded {
  readonly certificate: Buffer;
  readonly key: Buffer;
  readonly authority: Buffer;
}

/**
 * Mutual TLS from files, which are looked at again every `refreshMs`: new connections use what is
 * there then, and those that stand go on. Polled, because a Kubernetes secret is replaced by moving
 * a link above the files, which file watchers miss.
 *
 * Throws when the files cannot be used at the start; later the ones in use stay.
 *
 * @param changed other files are in use, or (with the reason) cannot be.
 */
export function tlsCredentials(
  files: CertificateFiles,
  refreshMs: number,
  changed: (problem: Error | undefined) => void,
): PeerCredentials {
  let loaded = load(files);
  let problem = '';
  const provider = createProvider(() => loaded);

  function reload(): void {
    try {
      const next = load(files);
      problem = '';
      if (isSame(loaded, next)) return;
      loaded = next;
      provider.tell();
      changed(undefined);
    } catch (error) {
      const failure = error instanceof Error ? error : new Error(String(error));
      // Once for each problem, not every time the files are looked at.
      if (failure.message !== problem) changed(failure);
      problem = failure.message;
    }
  }

  const timer = setInterval(reload, refreshMs).unref();
  return {
    server: experimental.createCertificateProviderServerCredentials(provider, provider, true),
    channel: () =>
      ChannelCredentials.createFromSecureContext(
        createSecureContext({
          ca: loaded.authority,
          cert: loaded.certificate,
          key: loaded.key,
        }),
        { checkServerIdentity: checkPeer },
      ),
    roleOf: (call) => roleOfCertificate(call.getAuthContext().sslPeerCertificate),
    reload,
    close: () => clearInterval(timer),
  };
}

/**
 * A member is known by the role in its certificate, not by the host it is reached at: addresses
 * change, and the greeting says which directory is there.
 */
const checkPeer = (_name: string, certificate: PeerCertificate): Error | undefined =>
  isPeerCertificate(certificate)
    ? undefined
    : new Error('the certificate of the server lacks the URI robustmq://peer');

function load(files: CertificateFiles): Loaded {
  const read = (what: string, path: string): Buffer => {
    try {
      return readFileSync(path);
    } catch (cause) {
      throw new Error(`the ${what} at ${path} cannot be read`, { cause });
    }
  };
  const loaded = {
    certificate: read('certificate', files.certificate),
    key: read('key', files.key),
    authority: read('authority', files.authority),
  };
  try {
    // Refuses what is no PEM, and a key of another certificate.
    createSecureContext({
      ca: loaded.authority,
      cert: loaded.certificate,
      key: loaded.key,
    });
  } catch (cause) {
    const { certificate, key, authority } = files;
    const text = `${certificate}, ${key} and ${authority} are no certificate with key and authority`;
    throw new Error(text, { cause });
  }
  return loaded;
}

const isSame = (one: Loaded, other: Loaded): boolean =>
  one.certificate.equals(other.certificate) &&
  one.key.equals(other.key) &&
  one.authority.equals(other.authority);

type AuthorityListener = Parameters<
  experimental.CertificateProvider['addCaCertificateListener']
>[0];
type IdentityListener = Parameters<
  experimental.CertificateProvider['addIdentityCertificateListener']
>[0];

/** Hands the files to gRPC's server. */
function createProvider(loaded: () => Loaded): experimental.CertificateProvider & { tell(): void } {
  const authorities = new Set<AuthorityListener>();
  const identities = new Set<IdentityListener>();
  const tellAuthority = (listener: AuthorityListener): void =>
    listener({ caCertificate: loaded().authority });
  const tellIdentity = (listener: IdentityListener): void =>
    listener({ certificate: loaded().certificate, privateKey: loaded().key });
  return {
    addCaCertificateListener: (listener) => {
      authorities.add(listener);
      // Not at once: the server looks only at what it is told after the call.
      process.nextTick(tellAuthority, listener);
    },
    removeCaCertificateListener: (listener) => void authorities.delete(listener),
    addIdentityCertificateListener: (listener) => {
      identities.add(listener);
      process.nextTick(tellIdentity, listener);
    },
    removeIdentityCertificateListener: (listener) => void identities.delete(listener),
    tell: () => {
      for (const listener of identities) tellIdentity(listener);
      for (const listener of authorities) tellAuthority(listener);
    },
  };
}
