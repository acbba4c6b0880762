/**
 * A model of one Raft group: who leads, how far each log is, and which configuration is in force. It
 * carries out what it is asked for even where real members would refuse as unsafe: that is the operator's
 * to know.
 */
import type { Prng } from '../../../server/sim/prng.ts';
import type { Change, Configuration, Member } from '../../../proto/gen/robustmq/admin/v1/admin.ts';
import { STANDING } from '../../plan/words.ts';
import type { Directory } from './directory.ts';

const LEAVING = 3;
/** A leader that hears no quorum goes on leading for this long: since it heard the last of it. */
const PATIENCE_MS = [900, 1_000] as const;
const ELECTION_MS = [300, 2_000] as const;
/** Who is alone waits for nobody but its disk. */
const ALONE_MS = [0, 30] as const;
/** Whom a leader is connected with it has heard after so long; another has to be reached first. */
const HEARD_MS = [0, 60] as const;
const REACHED_MS = [60, 600] as const;
const LAG_MAX = 20;

export interface Group {
  readonly id: string;
  /** The last one is in force; those before are what members that are behind know. */
  configurations: readonly Configuration[];
  lastMemberId: number;
  term: number;
  /** End of the leader's log. */
  index: number;
  commit: number;
  leader: string | undefined;
  /** By then its leader has heard of each of the others since it was elected, by directory. */
  heardMs: ReadonlyMap<string, number>;
  /** When its leader is to be given up, or the next one elected; undefined while all is well. */
  dueMs: number | undefined;
}

/** A cluster whose only voter is this one, which leads by then unless something comes between. */
export function createGroup(
  id: string,
  founder: Directory,
  memberId: number,
  address: string,
  dueMs: number,
): Group {
  const index = founder.match + 1;
  founder.group = id;
  founder.memberId = memberId;
  founder.match = index;
  founder.term += 1;
  founder.stuck = false;
  const member = memberOf(memberId, founder.uuid, STANDING.VOTER, address);
  return {
    id,
    configurations: [configurationOf(index, [member])],
    lastMemberId: memberId,
    term: founder.term,
    index,
    // Who begins it has to be elected first.
    commit: index - 1,
    leader: undefined,
    heardMs: new Map(),
    dueMs,
  };
}

const memberOf = (
  id: number,
  directory: string,
  standing: Member['standing'],
  peerAddress: string,
): Member => ({ id, directory, standing, priority: 0, peerAddress, clientAddress: '' });

const configurationOf = (
  index: number,
  members: readonly Member[],
  outgoingVoterIds: number[] = [],
): Configuration => ({ index, members: [...members], outgoingVoterIds, trust: 3 });

/** The configuration in force. */
export function configurationIn({ configurations }: Group): Configuration {
  const last = configurations.at(-1);
  if (last === undefined) throw new TypeError('a group has a configuration');
  return last;
}

/** Directories of those who have to agree: the voters, and while they are being changed those before. */
export const electoratesOf = (group: Group): readonly (readonly string[])[] =>
  electoratesIn(configurationIn(group));

/** By one configuration. */
export function electoratesIn({
  members,
  outgoingVoterIds,
}: Configuration): readonly (readonly string[])[] {
  const incoming = members.filter(({ standing }) => standing === STANDING.VOTER);
  const outgoing = members.filter(({ id }) => outgoingVoterIds.includes(id));
  const all = outgoing.length === 0 ? [incoming] : [incoming, outgoing];
  return all.map((members_) => members_.map(({ directory }) => directory));
}

export const quorumOf = (voters: number): number => Math.floor(voters / 2) + 1;

/** Its members that run and reach each other, by directory. */
export type Up = ReadonlyMap<string, Directory>;

const isQuorum = (electorates: readonly (readonly string[])[], has: (uuid: string) => boolean) =>
  electorates.every((voters) => voters.filter(has).length >= quorumOf(voters.length));

/** Lets time pass. */
export function stepGroup(group: Group, up: Up, nowMs: number, stepMs: number, prng: Prng): void {
  if (!serves(group, up)) {
    elect(group, up, nowMs, prng);
    // What is left of the step may suffice for more.
    if (!serves(group, up) || prng.chance(0.5)) return;
  }
  group.dueMs = undefined;
  replicate(group, up, stepMs, prng);
  settle(group, up);
}

const serves = (group: Group, up: Up): boolean =>
  group.leader !== undefined &&
  up.has(group.leader) &&
  isQuorum(electoratesOf(group), (uuid) => up.has(uuid));

/** First the old leader is given up, then the furthest of a quorum takes over. */
function elect(group: Group, up: Up, nowMs: number, prng: Prng): void {
  if (group.dueMs === undefined) {
    const waitMs =
      group.leader === undefined ? electionMs(group, prng) : prng.between(...PATIENCE_MS);
    group.dueMs = nowMs + waitMs;
  }
  if (group.leader !== undefined && !up.has(group.leader)) group.leader = undefined;
  if (nowMs < group.dueMs) return;
  group.dueMs = undefined;
  if (group.leader !== undefined) {
    group.leader = undefined;
    return;
  }
  const electorates = electoratesOf(group);
  const voters = new Set(electorates.flat());
  const [next] = [...up.values()].filter(({ uuid }) => voters.has(uuid)).sort(furthest);
  if (next === undefined || !isQuorum(electorates, (uuid) => up.has(uuid))) return;
  lead(group, next, nowMs, prng);
}

function electionMs(group: Group, prng: Prng): number {
  const [least, most] = electoratesOf(group).flat().length === 1 ? ALONE_MS : ELECTION_MS;
  return prng.between(least, most);
}

/** Who has more comes first. */
export const furthest = (a: Directory, b: Directory): number =>
  b.term - a.term || b.match - a.match;

/** From now on this one leads. What only the old leader had is gone. */
export function lead(group: Group, next: Directory, nowMs: number, prng: Prng): void {
  group.configurations = group.configurations.filter(({ index }) => index <= next.match);
  group.heardMs = new Map(
    configurationIn(group).members.map(({ directory }) => [directory, nowMs + heardAfterMs(prng)]),
  );
  group.leader = next.uuid;
  group.term += 1;
  next.term = group.term;
  next.match += 1;
  group.index = next.match;
}

const heardAfterMs = (prng: Prng): number =>
  prng.chance(0.6) ? prng.between(...HEARD_MS) : prng.spread(...REACHED_MS);

function replicate(group: Group, up: Up, stepMs: number, prng: Prng): void {
  group.index += prng.below(2);
  for (const { id, directory: uuid } of configurationIn(group).members) {
    const directory = up.get(uuid);
    if (directory === undefined) continue;
    // Who has never received anything does not know that it belongs to anybody.
    if (directory.stuck && uuid !== group.leader) continue;
    if (directory.group === undefined) {
      // Nobody speaks to a new member before the change that brought it is committed.
      if (configurationIn(group).index > group.commit) continue;
      directory.group = group.id;
      directory.memberId = id;
    }
    const leads = uuid === group.leader;
    const speed = leads ? Infinity : prng.between(1, Math.max(2, stepMs / 4));
    const end = leads ? group.index : sentTo(group, prng);
    directory.match = Math.max(directory.match, Math.min(end, directory.match + speed));
    directory.term = group.term;
  }
  const floors = electoratesOf(group).map((voters) => {
    const matches = voters.map((uuid) => up.get(uuid)?.match ?? 0).sort((a, b) => b - a);
    return matches[quorumOf(voters.length) - 1] ?? 0;
  });
  group.commit = Math.max(group.commit, Math.min(...floors));
}

/** Up to where a follower has been sent: now and then the last write is on its way still. */
const sentTo = (group: Group, prng: Prng): number =>
  prng.chance(0.2) ? Math.max(group.index - 1, configurationIn(group).index) : group.index;

/** What follows from a configuration that is committed. */
function settle(group: Group, up: Up): void {
  const { index, members, outgoingVoterIds } = configurationIn(group);
  if (group.commit < index) return;
  if (outgoingVoterIds.length > 0) {
    append(
      group,
      up,
      members.filter(({ standing }) => standing !== LEAVING),
    );
    return;
  }
  const known = new Set(members.map(({ directory }) => directory));
  for (const directory of up.values()) {
    if (!known.has(directory.uuid) && directory.group === group.id) directory.removed = true;
  }
  const leads = members.find(({ directory }) => directory === group.leader);
  if (leads?.standing !== STANDING.VOTER) group.leader = undefined;
}

function append(group: Group, up: Up, members: readonly Member[], outgoing: number[] = []): void {
  group.index += 1;
  const leader = up.get(group.leader ?? '');
  if (leader) leader.match = group.index;
  group.configurations = [...group.configurations, configurationOf(group.index, members, outgoing)];
}

export const isCaughtUp = (group: Group, directory: Directory | undefined): boolean =>
  directory?.group === group.id && group.index - directory.match <= LAG_MAX;

/** Begins a change of members; why not, when it is refused. */
export function change(group: Group, up: Up, changes: readonly Change[]): string | undefined {
  const { index, members, outgoingVoterIds } = configurationIn(group);
  if (outgoingVoterIds.length > 0 || index > group.commit) return 'a change is under way';
  let after: readonly Member[] = members;
  let joint = false;
  for (const { kind } of changes) {
    switch (kind?.$case) {
      case 'addLearner': {
        const { directory, peerAddress } = kind.value;
        if (members.some((each) => each.directory === directory)) return 'it is a member already';
        group.lastMemberId += 1;
        after = [...after, memberOf(group.lastMemberId, directory, STANDING.LEARNER, peerAddress)];
        break;
      }
      case 'promote': {
        const { memberId } = kind.value;
        const one = after.find(({ id }) => id === memberId);
        if (one?.standing !== STANDING.LEARNER) return 'it is no learner';
        if (!isCaughtUp(group, up.get(one.directory))) return 'it lags';
        after = after.map((each) => (each === one ? { ...one, standing: STANDING.VOTER } : each));
        joint = true;
        break;
      }
      case 'remove': {
        const { memberId } = kind.value;
        const one = after.find(({ id }) => id === memberId);
        if (one === undefined) return 'it is no member';
        const votes = one.standing === STANDING.VOTER;
        after = after.flatMap((each) =>
          each !== one ? [each] : votes ? [{ ...one, standing: LEAVING }] : [],
        );
        joint ||= votes;
        break;
      }
      case 'demote':
      case 'setPriority':
      case 'setTrust':
      case undefined:
        return 'the operator never does this';
    }
  }
  const voters = (of: readonly Member[]): number[] =>
    of.filter(({ standing }) => standing === STANDING.VOTER).map(({ id }) => id);
  if (voters(after).length === 0) return 'nobody would be left';
  append(group, up, after, joint ? voters(members) : []);
  return undefined;
}
