/** Why a member does not act, as its callers are told. */
import type { NodePhase, NodeStatus } from '../../node/node.ts';
import type { Refusal } from '../../raft/effect.ts';
import type { MemberId } from '../../raft/ids.ts';
import { AdminError } from './admin-error.ts';
import { announcementOf } from './addresses.ts';
import type { AdminParts } from './parts.ts';

type Parts = Pick<AdminParts, 'book' | 'node' | 'self'>;

/** What a refusal of the core, or of a node without one, means to the caller of an admin rpc. */
export function refused(parts: Parts, refusal: Refusal): AdminError {
  switch (refusal.reason) {
    case 'notLeader':
      return notLeader(parts, refusal.leader);
    case 'transferring':
      return unavailable(
        `Leadership is on its way to member ${refusal.to}. Try again in a moment.`,
      );
    case 'changeInFlight':
      return inFlight(refusal.index);
    case 'termNotCommitted':
      return unavailable('This leader has just begun its term. Try again in a moment.');
    case 'configurationMoved':
      return moved(refusal.expected, refusal.actual);
    case 'invalidChange':
    case 'invalidTarget':
      return new AdminError('failedPrecondition', refusal.problem);
    case 'tooLarge':
    case 'logFull':
      return exhausted(`${refusal.bytes} bytes, but at most ${refusal.bytesMax} are possible.`);
    case 'diskFull':
      return exhausted('The disk of this member is full. Free some space.');
    case 'readsFull':
      return exhausted(`${refusal.readsMax} reads wait already. Try again in a moment.`);
    case 'removed':
      return new AdminError(
        'failedPrecondition',
        'This member was removed from its cluster. Ask another member.',
      );
    case 'halted':
      return unavailable('The storage of this member failed. Ask another member.');
  }
}

/** A change is decided on what is certain: one that is on its way may still be undone. */
export const inFlight = (index: number): AdminError =>
  new AdminError(
    'aborted',
    `The change at index ${index} is not finished yet. Wait until it is, observe, and decide again.`,
  );

export const moved = (expected: number, actual: number): AdminError =>
  new AdminError(
    'aborted',
    `This was decided on configuration ${expected}, but configuration ${actual} is in force. Observe, and decide again.`,
  );

export const termMoved = (expected: number, actual: number): AdminError =>
  new AdminError(
    'aborted',
    `This was decided in term ${expected}, but this member leads in term ${actual}. Observe, and decide again.`,
  );

/** Names the leader where it can be reached. */
function notLeader(parts: Parts, leader: MemberId | undefined): AdminError {
  if (leader === undefined) return unavailable('No leader is known. Try again in a moment.');
  const { configuration } = parts.node.status();
  const member = configuration?.members.find(({ id }) => id === leader);
  const address = member && announcementOf(parts, member.directory)?.peerAddress;
  if (address === undefined || address === '') {
    return unavailable(
      `Member ${leader} leads, but where it is found is not known yet. Try again.`,
    );
  }
  return new AdminError(
    'failedPrecondition',
    `This member does not lead: ask member ${leader} at ${address}.`,
    address,
  );
}

/** Why a node that runs no core does nothing; undefined for one that does. */
export const PHASE_PROBLEMS = {
  opening: () => unavailable('This member is opening its storage. Try again in a moment.'),
  waiting: () =>
    new AdminError(
      'failedPrecondition',
      'This process belongs to no cluster yet. Bootstrap it, or let the leader of a cluster add its directory.',
    ),
  running: () => undefined,
  reopening: (error) => unavailable(`This member opens its storage again: ${textOf(error)}`),
  refused: (error) =>
    new AdminError('failedPrecondition', `This data directory is refused: ${textOf(error)}`),
  broken: (error) =>
    unavailable(`This process holds what cannot be trusted. Restart it: ${textOf(error)}`),
  stopped: () => unavailable('This process is stopping. Ask another member.'),
} as const satisfies Record<NodePhase, (error: NodeStatus['error']) => AdminError | undefined>;

const textOf = (error: NodeStatus['error']): string => error?.message ?? 'the reason is not known';

const unavailable = (message: string): AdminError => new AdminError('unavailable', message);

const exhausted = (message: string): AdminError => new AdminError('resourceExhausted', message);
