/**
 * Who belongs to the cluster, and in which standing; a value, replaced as a whole.
 *
 *   simple   outgoing = []         one majority decides
 *   joint    outgoing = old voters both majorities decide, until the leader leaves by itself
 */
import { isNameIn, isRecord } from '../given.ts';
import { isCount, isMemberId, type MemberId } from '../ids.ts';
import { invariant } from '../invariant.ts';

/** Most voters, incoming or outgoing: 7 survive 3 failures, and each one more slows every commit. */
export const VOTERS_MAX = 7;

/** Most learners: each costs the leader as much as a voter does. */
export const LEARNERS_MAX = 7;

/**
 * The standing of a member in the incoming configuration: voters count in the (incoming) quorum,
 * learners only receive, and a leaving member is one that is gone once the joint phase is over.
 */
export type Standing = 'voter' | 'learner' | 'leaving';

const STANDINGS = {
  voter: true,
  learner: true,
  leaving: true,
} as const satisfies Record<Standing, true>;

/** A member as the whole cluster knows it. */
export interface Member {
  readonly id: MemberId;
  /** UUID of the data directory that the id is bound to. An empty directory is another member. */
  readonly directory: string;
  /** A caught-up voter of higher priority takes leadership over from one of lower. Default 0. */
  readonly priority: number;
  readonly standing: Standing;
}

/**
 * What the cluster may conclude from time, at most one of two, hence one value:
 *
 * - `earlyCampaign` (default): a lost connection to the leader's process lets a follower campaign
 *   at once and makes others grant it.
 * - `lease`: followers that heard from a leader promise it the election timeout, so it may serve
 *   reads without asking them.
 * - `neither`.
 */
export type TimingTrust = 'earlyCampaign' | 'lease' | 'neither';

const TRUSTS = {
  earlyCampaign: true,
  lease: true,
  neither: true,
} as const satisfies Record<TimingTrust, true>;

/** The replicated membership of a cluster. */
export interface Configuration {
  /** Every member, sorted by id. */
  readonly members: readonly Member[];
  /** The voters of the outgoing configuration during a joint phase, sorted; empty otherwise. */
  readonly outgoing: readonly MemberId[];
  /** The id that the next new member will get; grows only. */
  readonly nextMemberId: MemberId;
  readonly trust: TimingTrust;
}

/** One wish of a membership change. Several are carried out as one. */
export type Change =
  /** A new member begins as a learner; once that is committed it may be promoted. */
  | { readonly kind: 'add'; readonly directory: string; readonly priority: number }
  | { readonly kind: 'promote'; readonly id: MemberId }
  | { readonly kind: 'demote'; readonly id: MemberId }
  | { readonly kind: 'remove'; readonly id: MemberId }
  | { readonly kind: 'prioritize'; readonly id: MemberId; readonly priority: number }
  | { readonly kind: 'trust'; readonly trust: TimingTrust };

/** The membership before there is a cluster: nothing can be decided in it. */
export const EMPTY_CONFIGURATION: Configuration = {
  members: [],
  outgoing: [],
  nextMemberId: 1 as MemberId,
  trust: 'earlyCampaign',
};

/** Whether two majorities decide (paper §6). */
export const isJoint = (configuration: Configuration): boolean => configuration.outgoing.length > 0;

// A configuration is a value and asked on every message; its voters are picked out once.
const votersOfKnown = new WeakMap<Configuration, readonly MemberId[]>();

/** The ids of the incoming voters, sorted. */
export function votersOf(configuration: Configuration): readonly MemberId[] {
  const known = votersOfKnown.get(configuration);
  if (known !== undefined) return known;
  const voters = configuration.members
    .filter((member) => member.standing === 'voter')
    .map((member) => member.id);
  votersOfKnown.set(configuration, voters);
  return voters;
}

/** Whether `id` counts in a quorum, incoming or outgoing. */
export const isVoter = (configuration: Configuration, id: MemberId): boolean =>
  findMember(configuration, id)?.standing === 'voter' || configuration.outgoing.includes(id);

/** The member with this id, leaving ones included. */
export function findMember(configuration: Configuration, id: MemberId): Member | undefined {
  // A plain loop: a follower looks itself up in every step.
  for (const member of configuration.members) if (member.id === id) return member;
  return undefined;
}

/** The priority of the member with this id; the default when there is none. */
export const priorityOf = (configuration: Configuration, id: MemberId): number =>
  findMember(configuration, id)?.priority ?? 0;

/** Whether `directory` can stand in a configuration: 1 to 64 printable ASCII characters, no space. */
export const isDirectory = (directory: string): boolean =>
  typeof (directory as unknown) === 'string' && /^[!-~]{1,64}$/.test(directory);

/** Whether `priority` can stand in a configuration: a non-negative safe integer. */
export const isPriority = (priority: number): boolean => isCount(priority);

/** Refuses a configuration that no sequence of changes could have led to. */
export function checkConfiguration(configuration: Configuration): void {
  invariant(isListing(configuration), 'a configuration lists members and outgoing voters', {
    configuration,
  });
  const { members, outgoing, nextMemberId, trust } = configuration;
  const values = { configuration };
  const holds = (condition: boolean, statement: string): void => {
    invariant(condition, statement, values);
  };

  const ids = members.map((member) => member.id);
  holds([...ids, nextMemberId].every(isMemberId), 'a member id is a positive safe integer');
  holds(isAscending(ids), 'members are sorted by id, and an id belongs to one member');
  holds(isAscending(outgoing), 'outgoing voters are sorted by id, each named once');
  holds(
    ids.every((id) => id < nextMemberId),
    'the next member id has never been given',
  );
  holds(
    outgoing.every((id) => ids.includes(id)),
    'every outgoing voter is a member',
  );

  holds(isNameIn(TRUSTS, trust), 'trust in time is one of the kinds there are');
  holds(
    members.every(({ standing }) => isNameIn(STANDINGS, standing)),
    'a standing is one of those there are',
  );
  const directories = members.map((member) => member.directory);
  holds(directories.every(isDirectory), 'a directory is 1 to 64 printable ASCII characters');
  holds(new Set(directories).size === directories.length, 'a directory belongs to one member');
  holds(
    members.every((member) => isPriority(member.priority)),
    'a priority is a non-negative safe integer',
  );

  const having = (standing: Standing): readonly Member[] =>
    members.filter((member) => member.standing === standing);
  holds(
    having('leaving').every((member) => outgoing.includes(member.id)),
    'only an outgoing voter is leaving',
  );
  holds(having('learner').length <= LEARNERS_MAX, 'the number of learners is bounded');
  holds(votersOf(configuration).length <= VOTERS_MAX, 'the number of voters is bounded');
  holds(outgoing.length <= VOTERS_MAX, 'the number of outgoing voters is bounded');
  // Every voter has been a member, so only a cluster that never was one has none.
  holds(
    votersOf(configuration).length > 0 || (members.length === 0 && nextMemberId === 1),
    'a cluster has a voter',
  );
}

/** Whether there is a list of records, and one more list: what a type says of stored bytes proves nothing. */
const isListing = (given: unknown): boolean =>
  isRecord(given) &&
  Array.isArray(given['members']) &&
  given['members'].every(isRecord) &&
  Array.isArray(given['outgoing']);

const isAscending = (ids: readonly MemberId[]): boolean =>
  ids.every((id, at) => at === 0 || Number(ids[at - 1]) < id);
