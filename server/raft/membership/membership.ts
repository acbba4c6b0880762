/** Membership changes by joint consensus (paper §6), several at once, one change at a time. */
import { appendOwn } from '../log/append-entry.ts';
import { encodeConfiguration } from './configuration-codec.ts';
import { changeConfiguration, leaveJoint } from './configuration-change.ts';
import { isJoint, isVoter, type Configuration } from './configuration.ts';
import type { Refusal } from '../effect.ts';
import { emit, refuse } from '../emit.ts';
import type { Index } from '../ids.ts';
import type { Input } from '../input.ts';
import { configurationOf, leaderOf, placedOf, termOf, type Leader, type Raft } from '../raft.ts';
import { trackConfiguration } from './track-configuration.ts';

/**
 * Appends the configuration that the wishes lead to, which is in force from then on (dissertation
 * §4.1), or refuses all of them with one reason. Wishes that are fulfilled already append nothing.
 */
export function onChange(raft: Raft, input: Extract<Input, { kind: 'change' }>): void {
  const { role } = raft;
  if (role.kind !== 'leader') {
    refuse(raft, 'change', input.context, { reason: 'notLeader', leader: leaderOf(raft) });
    return;
  }
  const refusal = refusalOf(raft, role, input.expected);
  if (refusal !== undefined) {
    refuse(raft, 'change', input.context, refusal);
    return;
  }
  const result = changeConfiguration(configurationOf(raft), input.changes);
  if (!result.ok) {
    refuse(raft, 'change', input.context, { reason: 'invalidChange', problem: result.problem });
    return;
  }
  const index = result.changed
    ? putInForce(raft, role, result.configuration)
    : placedOf(raft).index;
  emit(raft, { kind: 'changeAccepted', context: input.context, index, term: termOf(raft) });
}

/** Leaves a joint configuration as soon as it is committed, whoever entered it. */
export function leaveCommittedJoint(raft: Raft, role: Leader): void {
  const { index, configuration } = placedOf(raft);
  if (isJoint(configuration) && index <= raft.commit)
    putInForce(raft, role, leaveJoint(configuration));
}

/** Whether the leader has to go: a committed configuration has it as a voter no more. */
export const isVotedOut = (raft: Raft): boolean =>
  raft.configurations.length === 1 && !isVoter(configurationOf(raft), raft.id);

function refusalOf(raft: Raft, role: Leader, expected: Index): Refusal | undefined {
  if (role.transfer !== undefined) return { reason: 'transferring', to: role.transfer.to };
  const placed = placedOf(raft);
  if (raft.configurations.length > 1 || isJoint(placed.configuration)) {
    return { reason: 'changeInFlight', index: placed.index };
  }
  // An earlier leader's change may still surface until this term has committed something.
  if (raft.commit < role.firstIndex) return { reason: 'termNotCommitted', index: role.firstIndex };
  if (expected !== placed.index)
    return { reason: 'configurationMoved', expected, actual: placed.index };
  return undefined;
}

function putInForce(raft: Raft, role: Leader, configuration: Configuration): Index {
  const index = appendOwn(raft, role, 'configuration', [encodeConfiguration(configuration)]);
  trackConfiguration(raft, role);
  // A promise given before trust was withdrawn may be forgotten: it must not count when trust is back.
  if (configuration.trust !== 'lease') role.reads.starts.length = 0;
  return index;
}
