/** Who speaks, as it is said on the wire, and when it is refused. */
import { status } from '@grpc/grpc-js';
import type { Greeting } from '../../../proto/gen/robustmq/raft/v1/raft.ts';
import type { Announcement } from '../../ports/address-book.ts';
import { toMemberId } from '../../raft/ids.ts';
import { placeOf } from './place.ts';
import { Refusal } from './refusal.ts';

/** Counts up when what older members do not understand must not be sent to them. */
const PROTOCOL_VERSION = 1;

/** The oldest that this program still speaks: at most one release back, for members are replaced one by one. */
const PROTOCOL_VERSION_MIN = 1;

/** A process that greets. */
export interface Greeter {
  /** Who it is now. */
  readonly self: () => Announcement;
  /** Random, drawn when it started; not 0. */
  readonly incarnation: number;
}

/** @param target the directory to be reached; empty for whoever is there. */
export function greetingOf({ self, incarnation }: Greeter, target: string): Greeting {
  const { identity, directory, peerAddress, clientAddress, commandVersionMax, waiting } = self();
  return {
    protocolVersion: PROTOCOL_VERSION,
    protocolVersionMin: PROTOCOL_VERSION_MIN,
    clusterId: identity?.cluster ?? '',
    memberId: identity?.member ?? 0,
    directory,
    targetDirectory: target,
    peerAddress,
    clientAddress,
    commandVersionMax,
    incarnation,
    waiting: waiting === true,
  };
}

/** What a greeting announces. Throws `Refusal` when it is none. */
export function announcementOf(greeting: Greeting | undefined): Announcement {
  if (greeting === undefined || greeting.protocolVersion === 0 || greeting.directory === '') {
    throw new Refusal(status.INVALID_ARGUMENT, 'a greeting with version and directory comes first');
  }
  checkProtocol(greeting);
  const { clusterId, memberId, directory, peerAddress, clientAddress } = greeting;
  if ((clusterId === '') !== (memberId === 0)) {
    throw new Refusal(status.INVALID_ARGUMENT, 'a member has a cluster and an id, or neither');
  }
  // It is passed on to others, and in headers.
  if (peerAddress !== '' && placeOf(peerAddress) === undefined) {
    throw new Refusal(status.INVALID_ARGUMENT, 'the peer address of a greeting is not host:port');
  }
  return {
    directory,
    identity: clusterId === '' ? undefined : { cluster: clusterId, member: toMemberId(memberId) },
    peerAddress,
    clientAddress,
    commandVersionMax: greeting.commandVersionMax,
    ...(greeting.waiting && { waiting: true }),
  };
}

/** Throws `Refusal` when neither speaks a version that the other one knows. */
function checkProtocol({ protocolVersion, protocolVersionMin, peerAddress }: Greeting): void {
  const older =
    protocolVersionMin > PROTOCOL_VERSION
      ? 'this member'
      : protocolVersion < PROTOCOL_VERSION_MIN
        ? `the member at ${peerAddress}`
        : undefined;
  if (older === undefined) return;
  throw new Refusal(
    status.FAILED_PRECONDITION,
    `the member at ${peerAddress} speaks protocol versions ${protocolVersionMin} to ` +
      `${protocolVersion}, and this one ${PROTOCOL_VERSION_MIN} to ${PROTOCOL_VERSION}: start ` +
      `${older} with a newer version of the program, not skipping releases in between`,
  );
}

/** Throws `Refusal` unless `theirs` is of the same cluster, as far as either has one yet. */
export function checkCluster(self: Announcement, theirs: Announcement): void {
  const own = self.identity?.cluster;
  const other = theirs.identity?.cluster;
  if (own === undefined || other === undefined || own === other) return;
  throw new Refusal(
    status.FAILED_PRECONDITION,
    `this member (directory ${self.directory}) belongs to cluster ${own}, and directory ` +
      `${theirs.directory} at ${theirs.peerAddress} to cluster ${other}: correct the peer ` +
      'addresses, or remove the data directory of the one that should not exist any more',
  );
}

/** Throws `Refusal` unless the greeting was meant for the process it reached. */
export function checkTarget(self: Announcement, target: string): void {
  if (target === '' || target === self.directory) return;
  throw new Refusal(
    status.FAILED_PRECONDITION,
    `directory ${target} is not at ${self.peerAddress}, directory ${self.directory} is: if its ` +
      'member lost its data, remove that member; if it moved, start it, and it announces itself',
  );
}
