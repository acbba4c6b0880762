import type { AddressBook, Announcement } from '../../../ports/address-book.ts';
import type { TransportHandler } from '../../../ports/transport.ts';
import { toMemberId } from '../../../raft/ids.ts';
import { createAddressBook } from '../address-book.ts';
import { insecureCredentials } from '../credentials.ts';
import type { PeerCredentials } from '../credentials.ts';
import { createGrpcTransport } from '../grpc-transport.ts';
import type { GrpcTransport } from '../grpc-transport.ts';
import { DEFAULT_TRANSPORT_OPTIONS } from '../options.ts';
import type { TransportOptions } from '../options.ts';
import { SILENT_LOG } from '../transport-log.ts';
import type { TransportLog } from '../transport-log.ts';
import { servePeer } from './serve-peer.ts';

/** A process of a test: a server on loopback with the peer service, and its transport. */
export interface TestPeer {
  readonly book: AddressBook;
  readonly transport: GrpcTransport;
  announcement(): Announcement;
  /** Its connections break, and nobody listens any more. */
  kill(): void;
  /** Why it was told to end. */
  readonly displaced: Promise<string>;
  dispose(): Promise<void>;
}

export interface TestPeerSetup {
  readonly directory: string;
  readonly member: number;
  readonly cluster?: string | undefined;
  readonly options?: Partial<TransportOptions>;
  readonly credentials?: PeerCredentials;
  readonly handler?: Partial<TransportHandler>;
  readonly log?: Partial<TransportLog>;
  /** Where it says that it is reached, once that is not where it listens. */
  readonly advertised?: () => string | undefined;
}

export const identityOf = (cluster: string, member: number): Announcement['identity'] => ({
  cluster,
  member: toMemberId(member),
});

let incarnations = 0;

/** Starts one on a port of its own. It knows nobody. */
export async function startPeer(setup: TestPeerSetup): Promise<TestPeer> {
  const { directory, member, cluster = 'cluster', handler, log } = setup;
  const options = { ...DEFAULT_TRANSPORT_OPTIONS, ...setup.options };
  const credentials = setup.credentials ?? insecureCredentials();
  const book = createAddressBook();
  let port = 0;
  const announcement = (): Announcement => ({
    directory,
    identity: cluster === '' ? undefined : identityOf(cluster, member),
    peerAddress: setup.advertised?.() ?? `127.0.0.1:${port}`,
    clientAddress: `client-${member}`,
    commandVersionMax: member,
  });
  const { promise: displaced, resolve: displace } = Promise.withResolvers<string>();
  const incarnation = (incarnations += 1);
  const transport = createGrpcTransport({
    book,
    self: announcement,
    incarnation,
    displaced: displace,
    credentials,
    clock: { nowMs: () => performance.now() },
    random: () => 0.5,
    options,
    log: { ...SILENT_LOG, ...log },
  });
  const { port: bound, kill } = await servePeer(transport, credentials, options);
  port = bound;
  transport.attach({
    receive: () => undefined,
    receiveSnapshot: (_envelope, body, done) => {
      body.close();
      done(false);
    },
    reachable: () => undefined,
    ...handler,
  });
  return {
    book,
    transport,
    announcement,
    displaced,
    kill,
    dispose: async () => {
      await transport.close();
      kill();
      credentials.close();
    },
  };
}

/** From now on they know each other's addresses. */
export function introduce(...peers: readonly TestPeer[]): void {
  for (const one of peers) for (const other of peers) one.book.replicated(other.announcement());
}
