/**
 * Quorums by definition, for the properties: written apart from `raft/quorum.ts`, which they judge.
 */
import type { Configuration } from '../../raft/membership/configuration.ts';
import type { MemberId } from '../../raft/ids.ts';

/** Ids of the incoming voters. */
const incomingVoters = ({ members }: Configuration): readonly MemberId[] =>
  members.filter(({ standing }) => standing === 'voter').map(({ id }) => id);

/** Whether those that `has` names decide in `configuration`: a majority of each set of voters (paper §6). */
export const hasQuorum = (
  configuration: Configuration,
  has: (voter: MemberId) => boolean,
): boolean =>
  votingSets(configuration).every(
    (voters) => voters.filter((voter) => has(voter)).length * 2 > voters.length,
  );

/** Whether every quorum of one configuration shares a voter with every quorum of the other. */
export function quorumsOverlap(one: Configuration, other: Configuration): boolean {
  const sets = [votingSets(one), votingSets(other)] as const;
  const key = JSON.stringify(sets);
  let overlap = known.get(key);
  if (overlap === undefined) {
    overlap = overlapByForce(...sets);
    known.set(key, overlap);
  }
  return overlap;
}

// Few pairs of configurations come up in a run, and the same ones in many runs.
const known = new Map<string, boolean>();

type VotingSets = readonly (readonly MemberId[])[];

function votingSets(configuration: Configuration): VotingSets {
  const incoming = incomingVoters(configuration);
  return configuration.outgoing.length === 0 ? [incoming] : [incoming, configuration.outgoing];
}

/** Tries every set of voters: none may decide in `one` while those outside of it decide in `other`. */
function overlapByForce(one: VotingSets, other: VotingSets): boolean {
  const all = [...new Set([...one, ...other].flat())];
  const masksOf = (sets: VotingSets): readonly number[] =>
    sets.map((voters) => voters.reduce((mask, voter) => mask | (1 << all.indexOf(voter)), 0));
  const oneMasks = masksOf(one);
  const otherMasks = masksOf(other);
  for (let subset = 0; subset < 1 << all.length; subset++) {
    if (decides(oneMasks, subset) && decides(otherMasks, ~subset)) return false;
  }
  return true;
}

const decides = (voterMasks: readonly number[], subset: number): boolean =>
  voterMasks.every((voters) => countBits(voters & subset) * 2 > countBits(voters));

function countBits(mask: number): number {
  let count = 0;
  for (let rest = mask; rest !== 0; rest &= rest - 1) count++;
  return count;
}
