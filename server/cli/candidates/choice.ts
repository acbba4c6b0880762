/** Which candidate should go on alone, and what speaks against it: decided on what was seen alone. */
import type { CliErrorCode } from '../cli-error.ts';
import { furthestFirst } from '../recommendation.ts';
import { usableOf } from './candidate.ts';
import type { Candidate, Known, Unusable, Usable } from './candidate.ts';

/** Why nothing may be changed yet. */
export interface Obstacle {
  readonly code: Extract<CliErrorCode, 'refused' | 'unreachable'>;
  /** What it is, and what to do, in sentences. */
  readonly message: string;
}

export type Choice =
  | {
      readonly kind: 'recommended';
      readonly best: Usable;
      /** Voters of whom nobody can tell how far they are. */
      readonly absent: readonly Known[];
    }
  | {
      readonly kind: 'refused';
      /** Of all of them, the first. */
      readonly obstacle: Obstacle;
    };

/** Undefined: nothing speaks against it. */
type Policy = (all: readonly Candidate[]) => Obstacle | undefined;

/**
 * In the order in which they are told: what is wrong with the whole undertaking before what is wrong
 * with one place.
 */
const POLICIES: readonly Policy[] = [
  someLog,
  oneCluster,
  nobodyLeads,
  noQuorumRuns,
  everyPlaceIsKnown,
];

/**
 * Recommends the candidate with the highest (last term, last index), of several the first, unless
 * something speaks against it.
 */
export function choose(all: readonly Candidate[]): Choice {
  for (const policy of POLICIES) {
    const obstacle = policy(all);
    if (obstacle !== undefined) return { kind: 'refused', obstacle };
  }
  const best = furthest(usableOf(all));
  // The first policy has seen to it.
  if (best === undefined) return { kind: 'refused', obstacle: nothing(all) };
  return { kind: 'recommended', best, absent: absentVoters(all, best) };
}

/** undefined of none. */
export const furthest = (all: readonly Usable[]): Usable | undefined =>
  all.toSorted((one, other) => furthestFirst(one.last, other.last))[0];

function absentVoters(all: readonly Candidate[], { members }: Usable): readonly Known[] {
  const present = new Set(usableOf(all).map(({ member }) => member));
  return members.filter(({ id, standing }) => standing !== 'learner' && !present.has(id));
}

function someLog(all: readonly Candidate[]): Obstacle | undefined {
  return usableOf(all).length === 0 ? nothing(all) : undefined;
}

function nothing(all: readonly Candidate[]): Obstacle {
  const unusable = unusableOf(all);
  const isSilence = unusable.every(({ place, reached }) => place.kind === 'endpoint' && !reached);
  const message = `There is no log here that could go on: ${listed(unusable)}. Nothing was changed.`;
  return isSilence
    ? {
        code: 'unreachable',
        message: `${message} Are these the right addresses, are the members running, and is TLS wanted there?`,
      }
    : { code: 'refused', message };
}

function oneCluster(all: readonly Candidate[]): Obstacle | undefined {
  const [first, ...others] = usableOf(all);
  const stranger = others.find(({ cluster }) => cluster !== first?.cluster);
  if (first === undefined || stranger === undefined) return undefined;
  return refused(
    `${first.place.name} belongs to cluster ${first.cluster}, and ${stranger.place.name} to cluster ${stranger.cluster}: their logs have nothing to do with each other. Nothing was changed; name what is left of one cluster.`,
  );
}

function nobodyLeads(all: readonly Candidate[]): Obstacle | undefined {
  const follower = usableOf(all).find(({ leader }) => leader !== 0);
  if (follower === undefined) return undefined;
  const { place, leader, cluster } = follower;
  return refused(
    `The quorum is not lost: ${place.name} says that member ${leader} leads cluster ${cluster}. Nothing was changed. Replace members that are lost with \`robustmq-meta member remove\` and \`member add\`.`,
  );
}

/** Members that run and are enough may be between two leaders. */
function noQuorumRuns(all: readonly Candidate[]): Obstacle | undefined {
  const running = usableOf(all).filter(({ place }) => place.kind === 'endpoint');
  const ids = new Set(running.map(({ member }) => member));
  // A candidate needs the quorum of the configuration that it knows itself.
  const hopeful = running.find((each) => canLead(each, ids));
  if (hopeful === undefined) return undefined;
  return refused(
    `The quorum is not lost: members ${[...ids].toSorted((a, b) => a - b).join(', ')} run, and that is enough to make ${hopeful.place.name} the leader. Nothing was changed. Wait for an election, and look with \`robustmq-meta status\`; if they never reach each other, leave those out that are to be lost, and end them first.`,
  );
}

function canLead({ member, members, outgoing }: Usable, running: ReadonlySet<number>): boolean {
  const voters = members.filter(({ standing }) => standing === 'voter').map(({ id }) => id);
  const votes = voters.includes(member) || outgoing.includes(member);
  const isJoint = outgoing.length > 0;
  return votes && isMajority(voters, running) && (!isJoint || isMajority(outgoing, running));
}

const isMajority = (voters: readonly number[], running: ReadonlySet<number>): boolean =>
  voters.filter((id) => running.has(id)).length * 2 > voters.length;

/** A place that was named and not looked into may be the furthest: only a person can give it up. */
function everyPlaceIsKnown(all: readonly Candidate[]): Obstacle | undefined {
  const unknown = unusableOf(all);
  if (unknown.length === 0) return undefined;
  return refused(
    `Nobody can tell how far these are: ${listed(unknown)}. Nothing was changed. One of them may hold what was acknowledged and is nowhere else: bring it back and look again. If it is lost for good, run this again without it.`,
  );
}

const unusableOf = (all: readonly Candidate[]): readonly Unusable[] =>
  all.filter((each) => each.kind === 'unusable');

const listed = (all: readonly Unusable[]): string =>
  all.map(({ place, why }) => `${place.name}: ${why.replace(/\.$/, '')}`).join('; ');

const refused = (message: string): Obstacle => ({ code: 'refused', message });
