import type { NodeStatus } from '../../node/node.ts';
import type { Identity } from '../../ports/identity.ts';
import type { Configuration } from '../../raft/membership/configuration.ts';
import { AdminError } from './admin-error.ts';
import type { AdminParts } from './parts.ts';
import { inFlight, moved, PHASE_PROBLEMS, refused, termMoved } from './refusals.ts';

type Parts = Pick<AdminParts, 'book' | 'node' | 'self'>;

/** A member that leads, at the moment it was asked. */
export interface Leading {
  readonly status: NodeStatus;
  readonly identity: Identity;
  readonly configuration: Configuration;
}

/** This member as the leader it takes itself for; throws what to do when it does not. */
export function requireLeader(parts: Parts): Leading {
  const status = parts.node.status();
  const { phase, error, identity, role, leader, configuration } = status;
  const problem = PHASE_PROBLEMS[phase](error);
  if (problem !== undefined) throw problem;
  if (role === 'removed' || role === 'halted') throw refused(parts, { reason: role });
  if (role !== 'leader' || identity === undefined || configuration === undefined) {
    throw refused(parts, { reason: 'notLeader', leader });
  }
  return { status, identity, configuration };
}

/** As `requireLeader`; throws also while a change of the configuration may still be undone. */
export function requireSettledLeader(parts: Parts): Leading {
  const leading = requireLeader(parts);
  const { commit, configurationIndex } = leading.status;
  const isSettled = configurationIndex <= commit && leading.configuration.outgoing.length === 0;
  if (!isSettled) throw inFlight(configurationIndex);
  return leading;
}

/** Throws unless the caller decided on the configuration in force. */
export function requireIndex({ status }: Leading, expected: number): void {
  if (expected !== status.configurationIndex) throw moved(expected, status.configurationIndex);
}

/** Throws unless the caller decided in the term of this leader. */
export function requireTerm({ status }: Leading, expected: number): void {
  if (expected !== status.term) throw termMoved(expected, status.term);
}

/**
 * Waits until a quorum has confirmed that nobody else leads, so that this member's configuration is
 * not one of the past. Whoever is told "it is so already" may rely on it.
 */
export async function confirmLeadership(parts: Parts): Promise<void> {
  const problem = await new Promise<AdminError | undefined>((resolve) => {
    parts.node.read((outcome) => {
      switch (outcome.kind) {
        case 'ready':
          resolve(undefined);
          return;
        case 'refused':
          resolve(refused(parts, outcome.refusal));
          return;
        case 'timeout':
          resolve(noQuorum());
          return;
      }
    });
  });
  if (problem !== undefined) throw problem;
}

/** For what needs a quorum and changes nothing without one. */
const noQuorum = (): AdminError =>
  new AdminError(
    'unavailable',
    'No quorum answered in time. Nothing was changed; see with Status which voters are missing.',
  );
