/** The transport between members over gRPC. `peer-link.ts` tells how it is built. */
import type { AddressBook, Announcement } from '../../ports/address-book.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Envelope, Transport, TransportHandler } from '../../ports/transport.ts';
import type { PeerCredentials } from './credentials.ts';
import { discover } from './discover.ts';
import type { Greeter } from './greeting.ts';
import type { TransportOptions } from './options.ts';
import { createPeerCounters } from './peer-counters.ts';
import type { PeerCounters } from './peer-counters.ts';
import { createPeerLink } from './peer-link.ts';
import type { LinkPorts, PeerLink } from './peer-link.ts';
import { createPeerService } from './peer-service.ts';
import type { PeerService } from './peer-service.ts';
import { createSnapshotUpload } from './snapshot-upload.ts';
import type { SnapshotUpload } from './snapshot-upload.ts';
import { createSpeakers } from './speakers.ts';
import type { TransportLog } from './transport-log.ts';

/** What the transport stands on. */
export interface GrpcTransportSetup extends Greeter {
  readonly book: AddressBook;
  readonly credentials: Pick<PeerCredentials, 'channel' | 'connect'>;
  readonly clock: Clock;
  /** From 0 to below 1; jitters pauses. */
  readonly random: () => number;
  readonly options: TransportOptions;
  readonly log: TransportLog;
  /** Another process runs on a copy of this one's directory, and speaks for it: this one must end. */
  readonly displaced: (reason: string) => void;
}

/** The transport of one process. */
export interface GrpcTransport {
  readonly transport: Transport;
  /** What is to be served on the peer port. */
  readonly service: Pick<PeerService, 'handlers' | 'streams'>;
  /** From now on what arrives goes to `handler`; before, peers are told to come again. */
  attach(handler: TransportHandler): void;
  /**
   * Asks the process at `address` who it is, and writes it down in the address book. Rejects with
   * gRPC's `ServiceError` when there is no answer in time.
   */
  discover(address: string): Promise<Announcement>;
  /** By directory: peers that are spoken to, or that speak to this process. */
  stats(): ReadonlyMap<string, Readonly<PeerCounters>>;
  /** Gives up what is under way, and ends calls of others. Nothing is sent or reported any more. */
  close(): Promise<void>;
}

interface Peer {
  readonly counters: PeerCounters;
  link: PeerLink | undefined;
  /** Exchanges that this peer has opened. */
  exchanges: number;
}

/** Creates the transport; it connects when there is something to send. */
export function createGrpcTransport(setup: GrpcTransportSetup): GrpcTransport {
  const { book, options } = setup;
  const peers = createPeers();
  const uploads = new Map<string, SnapshotUpload>();
  let handler: TransportHandler | undefined;
  let closed = false;

  const linkPorts: LinkPorts = {
    ...setup,
    reachable: (peer, reachable) => {
      if (!closed) handler?.reachable(peer, reachable);
    },
  };
  // It never changes, and is asked for with every frame.
  let own: string | undefined;
  const directory = (): string => (own ??= setup.self().directory);
  const service = createPeerService({
    ...setup,
    directory,
    speakers: createSpeakers({ directory, incarnation: setup.incarnation }, setup.clock),
    handler: () => handler,
    came: ({ directory, identity }) => peers.came(directory, identity?.member ?? 0),
    left: ({ directory }) => peers.left(directory),
  });
  const sweep = setInterval(() => peers.expire(), options.idleMs / 4).unref();

  return {
    transport: {
      send: (envelope) => {
        if (closed) return;
        const { directory } = envelope;
        const peer = peers.find(directory);
        if (peer?.link !== undefined) peer.link.send(envelope);
        else if (canReach(book, directory)) peers.open(linkPorts, envelope).send(envelope);
      },
      sendSnapshot: (envelope, body, done) => {
        const { directory } = envelope;
        uploads.get(directory)?.cancel();
        const upload = createSnapshotUpload(linkPorts, envelope, body, (delivered) => {
          if (uploads.get(directory) === upload) uploads.delete(directory);
          done(delivered);
        });
        uploads.set(directory, upload);
        if (closed) upload.cancel();
      },
    },
    service,
    attach: (next) => {
      handler = next;
    },
    discover: async (address) => {
      const announcement = await discover(setup, address);
      book.heard(announcement);
      return announcement;
    },
    stats: () => peers.counters(),
    close: () => {
      closed = true;
      handler = undefined;
      clearInterval(sweep);
      peers.close();
      for (const upload of uploads.values()) upload.cancel();
      service.close();
      // Uploads answer, and calls end, in the turn to come.
      return new Promise((resolve) => setImmediate(resolve));
    },
  };
}

const canReach = (book: AddressBook, directory: string): boolean =>
  (book.find(directory)?.peerAddress ?? '') !== '';

/** Peers are known while there is a link to them or an exchange from them. */
interface Peers {
  find(directory: string): Peer | undefined;
  open(ports: LinkPorts, envelope: Envelope): PeerLink;
  came(directory: string, member: number): PeerCounters;
  left(directory: string): void;
  expire(): void;
  counters(): ReadonlyMap<string, Readonly<PeerCounters>>;
  close(): void;
}

function createPeers(): Peers {
  const peers = new Map<string, Peer>();

  function meet(directory: string, member: number): Peer {
    const known = peers.get(directory);
    const peer = known ?? { counters: createPeerCounters(), link: undefined, exchanges: 0 };
    peers.set(directory, peer);
    if (member !== 0) peer.counters.member = member;
    return peer;
  }

  function forgetIfGone(directory: string, { link, exchanges }: Peer): void {
    if (link === undefined && exchanges === 0) peers.delete(directory);
  }

  return {
    find: (directory) => peers.get(directory),
    open: (ports, { directory, message }) => {
      const peer = meet(directory, message.to);
      const link = createPeerLink(ports, directory, message.to, peer.counters, () => {
        peer.link = undefined;
        forgetIfGone(directory, peer);
      });
      peer.link = link;
      return link;
    },
    came: (directory, member) => {
      const peer = meet(directory, member);
      peer.exchanges += 1;
      // It lives, and its address may be new: no reason to pause any more.
      peer.link?.wake();
      return peer.counters;
    },
    left: (directory) => {
      const peer = peers.get(directory);
      if (peer === undefined) return;
      peer.exchanges -= 1;
      forgetIfGone(directory, peer);
    },
    expire: () => {
      for (const { link } of [...peers.values()]) link?.expire();
    },
    counters: () => new Map([...peers].map(([name, { counters }]) => [name, { ...counters }])),
    close: () => {
      for (const { link } of peers.values()) link?.close();
    },
  };
}
