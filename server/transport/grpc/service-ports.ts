import { status } from '@grpc/grpc-js';
import type { Greeting } from '../../../proto/gen/robustmq/raft/v1/raft.ts';
import type { AddressBook, Announcement } from '../../ports/address-book.ts';
import type { TransportHandler } from '../../ports/transport.ts';
import { roleOf } from './caller-role.ts';
import type { StampedCall } from './caller-role.ts';
import { announcementOf, checkCluster, checkTarget } from './greeting.ts';
import type { Greeter } from './greeting.ts';
import type { TransportOptions } from './options.ts';
import type { PeerCounters } from './peer-counters.ts';
import { Refusal } from './refusal.ts';
import type { Speakers } from './speakers.ts';
import type { TransportLog } from './transport-log.ts';

/** What the receiving side stands on. */
export interface ServicePorts extends Greeter {
  readonly book: AddressBook;
  /** Of this process. */
  readonly directory: () => string;
  readonly speakers: Speakers;
  readonly options: TransportOptions;
  readonly log: TransportLog;
  /** Undefined until messages can be handled. */
  readonly handler: () => TransportHandler | undefined;
  /** An exchange with `peer` began; what is counted for it, until `left`. */
  readonly came: (peer: Announcement) => PeerCounters;
  readonly left: (peer: Announcement) => void;
}

/** Throws `Refusal` unless the caller is a member or an operator. */
export function checkRole(call: StampedCall): void {
  if (roleOf(call) !== 'none') return;
  throw new Refusal(
    status.PERMISSION_DENIED,
    'the certificate of the caller has neither the URI robustmq://peer nor robustmq://operator',
  );
}

/** Who may handle messages. Throws `Refusal` while there is nobody. */
export function handlerOf(ports: ServicePorts): TransportHandler {
  const handler = ports.handler();
  if (handler === undefined) throw new Refusal(status.UNAVAILABLE, 'this process is starting');
  return handler;
}

/** Who greets, now in the address book. Throws `Refusal`. */
export function welcome(ports: ServicePorts, greeting: Greeting | undefined): Announcement {
  const announcement = announcementOf(greeting);
  const self = ports.self();
  checkCluster(self, announcement);
  checkTarget(self, greeting?.targetDirectory ?? '');
  ports.speakers.heard(announcement.directory, greeting?.incarnation ?? 0);
  ports.book.heard(announcement);
  return announcement;
}

/**
 * Who asks for a name only is answered whoever it is, but for a second process of a member of this
 * cluster. Throws `Refusal`.
 */
export function checkSpeaker(
  { speakers, self }: ServicePorts,
  greeting: Greeting | undefined,
): void {
  const cluster = self().identity?.cluster;
  if (greeting === undefined || cluster === undefined || greeting.clusterId !== cluster) return;
  speakers.heard(greeting.directory, greeting.incarnation);
}

/** What a failure is told to the caller: bytes that cannot be read are its fault. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  const text = error instanceof Error ? error.message : String(error);
  return new Refusal(status.INVALID_ARGUMENT, text);
}
