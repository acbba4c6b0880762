/** Why wishes must not be carried out now: a list of checks, each a sentence or nothing. */
import type { Announcement } from '../../ports/address-book.ts';
import { illnessOf, lagOf } from './catch-up.ts';
import type { Peer } from './catch-up.ts';
import type { Leading } from './leadership.ts';
import { existed, memberOf } from './wish.ts';
import type { Wish } from './wish.ts';

/** What is decided on: the leader's view, taken once. */
export interface Situation extends Leading {
  /** Who the process on a directory says it is. */
  readonly announced: (directory: string) => Announcement | undefined;
}

type Check = (situation: Situation, wishes: readonly Wish[]) => string | undefined;

/** The first problem of the wishes, if any. */
export function problemOf(situation: Situation, wishes: readonly Wish[]): string | undefined {
  for (const check of CHECKS) {
    const problem = check(situation, wishes);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

const membersExist: Check = ({ configuration }, wishes) => {
  for (const wish of wishes) {
    if (wish.kind === 'add' || wish.kind === 'trust') continue;
    if (memberOf(configuration, wish.member) !== undefined) continue;
    if (!existed(configuration, wish.member)) {
      return `There is no member ${wish.member}, and never was.`;
    }
    // That it is gone is what a removal wants.
    if (wish.kind !== 'remove') return `Member ${wish.member} was removed from the cluster.`;
  }
  return undefined;
};

/** The process would refuse to be another member than its directory says, for ever. */
const directoriesAreNobody: Check = ({ identity, announced }, wishes) => {
  for (const wish of wishes) {
    if (wish.kind !== 'add') continue;
    const owner = announced(wish.directory)?.identity;
    if (owner === undefined) continue;
    const past =
      owner.cluster === identity.cluster
        ? `was member ${owner.member} of this cluster, which was removed`
        : `belongs to member ${owner.member} of another cluster, ${owner.cluster}`;
    return (
      `Directory ${wish.directory} ${past}. Empty it, start its process anew, ` +
      'and add the directory that its Status then names.'
    );
  }
  return undefined;
};

const promotedHaveCaughtUp: Check = ({ status }, wishes) => {
  for (const wish of wishes) {
    if (wish.kind !== 'promote') continue;
    const lag = lagOf(status.commit, peerOf(status.peers, wish.member));
    if (lag !== undefined) return `Member ${wish.member} has not caught up: ${lag}.`;
  }
  return undefined;
};

/** Both quorums decide while the voters change, and the new one ever after. */
const quorumStays: Check = (situation, wishes) => {
  const before = new Set(
    situation.configuration.members.flatMap(({ id, standing }) =>
      standing === 'voter' ? [Number(id)] : [],
    ),
  );
  const after = new Set(before);
  for (const wish of wishes) {
    if (wish.kind === 'promote') after.add(wish.member);
    if (wish.kind === 'remove' || wish.kind === 'demote') after.delete(wish.member);
  }
  if (after.size === before.size && [...after].every((id) => before.has(id))) return undefined;
  if (after.size === 0) {
    return `This would leave no voter of ${[...before].join(', ')}: a cluster needs one.`;
  }
  return (
    shortageOf(situation, before, 'A change needs a quorum of the present voters') ??
    shortageOf(situation, after, 'This would cost the quorum: the voters would be')
  );
};

const CHECKS: readonly Check[] = [
  membersExist,
  directoriesAreNobody,
  promotedHaveCaughtUp,
  quorumStays,
];

/** Says which of the voters are missing for a quorum of healthy ones. */
function shortageOf(
  { identity, status }: Situation,
  voters: ReadonlySet<number>,
  lead: string,
): string | undefined {
  const ill = [...voters].flatMap((id) => {
    const illness = id === identity.member ? undefined : illnessOf(peerOf(status.peers, id));
    return illness === undefined ? [] : [`member ${id} (${illness})`];
  });
  const quorum = Math.floor(voters.size / 2) + 1;
  const healthy = voters.size - ill.length;
  if (healthy >= quorum) return undefined;
  const ids = [...voters].sort((a, b) => a - b).join(', ');
  return `${lead} ${ids}, of which ${quorum} must be healthy and ${healthy} are. Unhealthy: ${ill.join(', ')}.`;
}

const peerOf = (peers: readonly Peer[], id: number): Peer | undefined =>
  peers.find((peer) => peer.id === id);
