/**
 * The way to one peer: connection, greeting, queue.
 *
 *              send                      greeting
 *   (nothing) ──────▶ connecting ─────────────────────▶ open
 *                      ▲     │ failed, or no answer      │ ended
 *               pause  │     ▼                           │
 *               over   └─ paused ◀────────────────────────┘
 *                            │ unused, or no address
 *                            ▼
 *                         (forgotten)
 *
 * Each direction has a stream of its own, opened by its sender. One shared stream would save a
 * connection, but both ends would have to agree which of two to keep, and only the end that opened
 * it learns at once, from the kernel, that the other process is gone. A follower answers its leader
 * at every heartbeat, so it holds such a stream to the leader, and its end tells of a killed leader
 * within milliseconds.
 */
import { PeerServiceService } from '../../../proto/gen/robustmq/raft/v1/raft.ts';
import type { ExchangeResponse } from '../../../proto/gen/robustmq/raft/v1/raft.ts';
import type { AddressBook, Announcement } from '../../ports/address-book.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Envelope } from '../../ports/transport.ts';
import type { MemberId } from '../../raft/ids.ts';
import type { CallEnd } from '../../rpc/call-end.ts';
import type { OutgoingCall } from '../../rpc/outgoing-call.ts';
import { createBackoff } from './backoff.ts';
import type { Backoff } from './backoff.ts';
import type { PeerCredentials } from './credentials.ts';
import { isDisplaced, isRefusedCall, isRefusedConnection, openPeerCall } from './peer-call.ts';
import { encodeGreeting } from './frame-codec.ts';
import { announcementOf, checkCluster, checkTarget, greetingOf } from './greeting.ts';
import type { Greeter } from './greeting.ts';
import { createLinkSender } from './link-sender.ts';
import type { LinkSender } from './link-sender.ts';
import type { TransportOptions } from './options.ts';
import type { PeerCounters } from './peer-counters.ts';
import type { TransportLog } from './transport-log.ts';

/** The way to one peer. */
export interface PeerLink {
  /** Leaves within this turn when the link is open; waits while it connects; is dropped otherwise. */
  send(envelope: Envelope): void;
  /** The peer was heard: a pause ends, and an attempt at an address it is not at. */
  wake(): void;
  /** Closes and forgets the link if nobody used it for a while. */
  expire(): void;
  close(): void;
}

/** What links stand on. */
export interface LinkPorts extends Greeter {
  readonly book: AddressBook;
  readonly credentials: Pick<PeerCredentials, 'connect'>;
  readonly clock: Clock;
  /** From 0 to below 1. */
  readonly random: () => number;
  readonly options: TransportOptions;
  readonly log: TransportLog;
  readonly reachable: (peer: MemberId, reachable: boolean) => void;
  /** See `GrpcTransportSetup`. */
  readonly displaced: (reason: string) => void;
}

type State =
  | { readonly kind: 'closed' }
  | { readonly kind: 'paused'; readonly timer: NodeJS.Timeout }
  | {
      readonly kind: 'connecting';
      readonly timer: NodeJS.Timeout;
      readonly call: OutgoingCall;
      readonly address: string;
    }
  | { readonly kind: 'open'; readonly call: OutgoingCall; readonly address: string };

interface Link {
  readonly ports: LinkPorts;
  readonly directory: string;
  readonly counters: PeerCounters;
  readonly sender: LinkSender;
  readonly backoff: Backoff;
  readonly forgotten: () => void;
  state: State;
  member: MemberId;
  usedMs: number;
  /** What was last said of the peer's process, so that it is said once. */
  reported: boolean | undefined;
  /** Why it is disconnected, as it was last logged. */
  logged: string;
}

/**
 * Begins to connect to the process on `directory`.
 *
 * @param forgotten the link is closed and will not come back.
 */
export function createPeerLink(
  ports: LinkPorts,
  directory: string,
  member: MemberId,
  counters: PeerCounters,
  forgotten: () => void,
): PeerLink {
  const { options, clock, random } = ports;
  const link: Link = {
    ports,
    directory,
    counters,
    sender: createLinkSender(options, clock, counters),
    backoff: createBackoff(options.backoffMinMs, options.backoffMaxMs, random),
    forgotten,
    state: { kind: 'closed' },
    member,
    usedMs: clock.nowMs(),
    reported: undefined,
    logged: '',
  };
  connect(link);
  return {
    send: (envelope) => {
      link.usedMs = clock.nowMs();
      link.member = envelope.message.to;
      const { kind } = link.state;
      if (kind === 'open' || kind === 'connecting') link.sender.push(envelope);
      else counters.messagesDropped += 1;
    },
    wake: () => {
      const { kind } = link.state;
      const found = ports.book.find(directory)?.peerAddress;
      const moved = kind === 'connecting' && found !== addressOf(link.state);
      if (kind !== 'paused' && !moved) return;
      link.backoff.reset();
      leave(link);
      connect(link);
    },
    expire: () => {
      if (isUnused(link)) forget(link);
    },
    close: () => leave(link),
  };
}

function connect(link: Link): void {
  const { ports, directory } = link;
  const { options } = ports;
  const address = ports.book.find(directory)?.peerAddress ?? '';
  if (address === '') {
    forget(link);
    return;
  }
  const self = ports.self();
  const call = openPeerCall(ports, PeerServiceService.exchange, address, {
    response: (response) => onResponse(link, self, response),
    drained: () => link.sender.drained(),
    ended: (end) => onEnded(link, end),
  });
  const timer = setTimeout(() => {
    pause(link, `no greeting within ${options.greetingTimeoutMs} ms`);
  }, options.greetingTimeoutMs);
  link.state = { kind: 'connecting', timer, call, address };
  call.write(encodeGreeting(greetingOf(ports, directory)));
}

function onResponse(link: Link, self: Announcement, { kind }: ExchangeResponse): void {
  if (kind?.$case === 'echo') link.sender.echoed(kind.value);
  if (kind?.$case !== 'greeting' || link.state.kind !== 'connecting') return;
  const { ports, directory, member } = link;
  const { call, timer, address } = link.state;
  try {
    const announcement = announcementOf(kind.value);
    checkCluster(self, announcement);
    checkTarget(announcement, directory);
    ports.book.heard(announcement);
  } catch (error) {
    pause(link, error instanceof Error ? error.message : String(error));
    return;
  }
  clearTimeout(timer);
  link.state = { kind: 'open', call, address };
  link.backoff.reset();
  link.logged = '';
  link.counters.connected = true;
  ports.log.connected({ directory, member, address });
  link.sender.start(call, self.identity?.cluster ?? '');
  report(link, true);
}

function onEnded(link: Link, end: CallEnd): void {
  const wasOpen = link.state.kind === 'open';
  pause(link, `${end.details} (status ${end.code})`);
  // Last: whoever hears of it may send at once, and finds the link as it is now.
  if (isDisplaced(end)) link.ports.displaced(end.details);
  if (wasOpen ? !isRefusedCall(end) : isRefusedConnection(end)) report(link, false);
}

function pause(link: Link, reason: string): void {
  const { directory, member } = link;
  const address = addressOf(link.state);
  leave(link);
  // An outage is told of once, not at each attempt.
  if (reason !== link.logged) link.ports.log.disconnected({ directory, member, address }, reason);
  link.logged = reason;
  const timer = setTimeout(() => {
    if (isUnused(link)) forget(link);
    else connect(link);
  }, link.backoff.nextMs());
  link.state = { kind: 'paused', timer };
}

function leave(link: Link): void {
  const { state } = link;
  if (state.kind === 'paused' || state.kind === 'connecting') clearTimeout(state.timer);
  if (state.kind === 'connecting' || state.kind === 'open') state.call.close();
  link.state = { kind: 'closed' };
  link.counters.connected = false;
  link.sender.stop();
}

function forget(link: Link): void {
  leave(link);
  link.forgotten();
}

function report(link: Link, reachable: boolean): void {
  if (link.reported === reachable) return;
  link.reported = reachable;
  link.ports.reachable(link.member, reachable);
}

const isUnused = ({ ports, usedMs }: Link): boolean =>
  ports.clock.nowMs() - usedMs >= ports.options.idleMs;

const addressOf = (state: State): string => ('address' in state ? state.address : '');
