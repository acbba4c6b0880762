/** Who is at the other end of a connection, by TLS: members to each other, or clients to a member. */
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectTls, createSecureContext, createServer } from 'node:tls';
import type { PeerCertificate, Server } from 'node:tls';
import { ChannelCredentials } from '@grpc/grpc-js';
import type { CallerRole } from './caller-role.ts';
import { isPeerCertificate, roleOfCertificate } from './caller-role.ts';
import { socketTo } from './place.ts';

/** Paths of PEM files. */
export interface CertificateFiles {
  /** The chain of this member, its own certificate first. */
  readonly certificate: string;
  readonly key: string;
  /** The authorities that sign members and operators. */
  readonly authority: string;
}

/** The same of a port for clients. Without an authority they need no certificate. */
export interface ClientPortFiles extends Omit<CertificateFiles, 'authority'> {
  readonly authority: string | undefined;
}

/** Takes in a connection whose caller has proved who it is, and so what it may do. */
export type Admit = (socket: Socket, role: CallerRole) => void;

/** Certificates by what identifies them: their SHA-256, in hexadecimal digits. */
export interface CertificatesInUse {
  /** The one that this member shows. */
  readonly own: string;
  /** Whose certificates it believes. */
  readonly authorities: readonly string[];
}

/** How the peer port authenticates, as server and as client. */
export interface PeerCredentials {
  /** What new connections use; undefined without TLS. */
  inUse(): CertificatesInUse | undefined;
  /** What is done with each connection that comes; those that prove nothing are ended. */
  acceptor(admit: Admit): (socket: Socket) => void;
  /** Opens a connection to the member at `host:port`: the name is resolved now, the files are those of now. */
  connect(address: string): Socket;
  /** The same for a client of gRPC. */
  channel(): ChannelCredentials;
  /** Looks at the files now. */
  reload(): void;
  /** Looks at them no more. */
  close(): void;
}

/** Nobody proves anything, so everybody may do everything: for loopback, or behind other walls. */
export const insecureCredentials = (): PeerCredentials => ({
  inUse: () => undefined,
  acceptor: (admit) => (socket) => admit(socket, 'operator'),
  connect: (address) => socketTo(address, (place) => connect({ ...place, noDelay: true })),
  channel: () => ChannelCredentials.createInsecure(),
  reload: () => undefined,
  close: () => undefined,
});

/** HTTP/2, by its name in TLS. */
const PROTOCOLS = ['h2'];
/** Members are known by role, see `checkPeer`; an IP address would be no name for TLS. */
const SERVER_NAME = 'robustmq-peer';
/** A connection that has not proved who it is by then is ended. */
const HANDSHAKE_TIMEOUT_MS = 10_000;

interface Pem {
  readonly certificate: Buffer;
  readonly key: Buffer;
  readonly authority: Buffer | undefined;
}

interface Loaded extends Pem {
  readonly inUse: CertificatesInUse;
}

/**
 * TLS from files, mutual where there is an authority; the files are looked at again every
 * `refreshMs`: new connections use what is there then, and those that stand go on. Polled, because a Kubernetes secret is replaced by moving
 * a link above the files, which file watchers miss.
 *
 * Throws when the files cannot be used at the start; later the ones in use stay.
 *
 * @param changed other files are in use, or (with the reason) cannot be.
 */
export function tlsCredentials(
  files: CertificateFiles | ClientPortFiles,
  refreshMs: number,
  changed: (problem: Error | undefined) => void,
): PeerCredentials {
  let loaded = load(files);
  let problem = '';
  const servers = new Set<Server>();

  function reload(): void {
    try {
      const next = load(files);
      problem = '';
      if (isSame(loaded, next)) return;
      loaded = next;
      for (const server of servers) server.setSecureContext(contextOf(loaded));
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
    inUse: () => loaded.inUse,
    acceptor: (admit) => {
      const server = createServer({
        ...contextOf(loaded),
        requestCert: loaded.authority !== undefined,
        rejectUnauthorized: loaded.authority !== undefined,
        ALPNProtocols: PROTOCOLS,
        handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
      });
      server.on('secureConnection', (socket) =>
        admit(socket, roleOfCertificate(socket.getPeerCertificate())),
      );
      servers.add(server);
      return (socket) => void server.emit('connection', socket);
    },
    connect: (address) =>
      socketTo(address, (place) =>
        connectTls({
          ...place,
          ...contextOf(loaded),
          servername: SERVER_NAME,
          checkServerIdentity: checkPeer,
          ALPNProtocols: PROTOCOLS,
        }).setNoDelay(),
      ),
    channel: () =>
      ChannelCredentials.createFromSecureContext(createSecureContext(contextOf(loaded)), {
        checkServerIdentity: checkPeer,
      }),
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

function load(files: CertificateFiles | ClientPortFiles): Loaded {
  const read = (what: string, path: string): Buffer => {
    try {
      return readFileSync(path);
    } catch (cause) {
      throw new Error(`the ${what} at ${path} cannot be read`, { cause });
    }
  };
  // In this order: files that are replaced meanwhile leave an authority that is as new as the certificate.
  const pem = {
    certificate: read('certificate', files.certificate),
    key: read('key', files.key),
    authority: files.authority === undefined ? undefined : read('authority', files.authority),
  };
  try {
    // Refuses what is no PEM, and a key of another certificate.
    createSecureContext(contextOf(pem));
    return { ...pem, inUse: inUseOf(pem) };
  } catch (cause) {
    const { certificate, key, authority } = files;
    const text =
      authority === undefined
        ? `${certificate} and ${key} are no certificate with key`
        : `${certificate}, ${key} and ${authority} are no certificate with key and authority`;
    throw new Error(text, { cause });
  }
}

const inUseOf = ({ certificate, authority }: Pem): CertificatesInUse => ({
  own: fingerprintsIn(certificate)[0] ?? '',
  authorities: authority === undefined ? [] : fingerprintsIn(authority),
});

const PEM_CERTIFICATES = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

const fingerprintsIn = (pem: Buffer): readonly string[] =>
  (pem.toString('latin1').match(PEM_CERTIFICATES) ?? []).map((each) =>
    new X509Certificate(each).fingerprint256.replaceAll(':', '').toLowerCase(),
  );

const isSame = (one: Loaded, other: Loaded): boolean =>
  one.certificate.equals(other.certificate) &&
  one.key.equals(other.key) &&
  (one.authority === undefined
    ? other.authority === undefined
    : other.authority !== undefined && one.authority.equals(other.authority));

const contextOf = ({ certificate, key, authority }: Pem) => ({
  cert: certificate,
  key,
  ...(authority === undefined ? {} : { ca: authority }),
});
