/**
 * Whose state is wrong, and what to do about it: from what members reported, and nothing else. A
 * table of named behaviours is in the spec.
 */
import type { NodeStatus } from '../node/node.ts';
import { ORIGIN } from '../raft/ids.ts';
import type { Index, MemberId } from '../raft/ids.ts';
import { tally } from '../raft/membership/quorum.ts';

type Configuration = NonNullable<NodeStatus['configuration']>;
type Report = NodeStatus['reports'][number];

/** What is known of one member. */
export interface Finding {
  readonly id: MemberId;
  /** Oldest first. */
  readonly reports: readonly Report[];
  /** It answers, and its log is not behind what it acknowledged: it may lead, and be sent a snapshot. */
  readonly fit: boolean;
  /** How far its log is known to be the leader's. */
  readonly match: Index;
}

/** What a leader knows of all members, itself included. */
export interface Findings {
  readonly self: MemberId;
  /** Its own disk has rotted. */
  readonly damaged: boolean;
  readonly configuration: Configuration;
  readonly members: readonly Finding[];
}

/** What the leader is to do now. */
export type Remedy =
  /** The leader's own state is wrong: whoever has the right one leads first. */
  | { readonly kind: 'transfer'; readonly to: MemberId }
  /** One member gets the leader's state. */
  | { readonly kind: 'rebuild'; readonly member: MemberId }
  | { readonly kind: 'wait'; readonly why: string };

/** `index`: where states were compared; undefined: nowhere yet. */
export type Verdict =
  /** `unknown`: who has not said. */
  | {
      readonly kind: 'equal';
      readonly index: Index | undefined;
      readonly unknown: readonly MemberId[];
    }
  /** No majority of the voters has the same state: nobody can tell who is right. */
  | { readonly kind: 'undecided'; readonly index: Index }
  /** A majority has the same state, these have another one. */
  | {
      readonly kind: 'wrong';
      readonly index: Index;
      readonly wrong: readonly MemberId[];
      readonly remedy: Remedy;
    };

/**
 * Judges by the last index at which enough voters have said what they found. A leader whose own disk
 * has rotted needs no comparison, and must not wait for one: it can send nobody a snapshot, and
 * perhaps commit nothing without.
 */
export function judge(findings: Findings): Verdict {
  const { configuration, members, self, damaged } = findings;
  const sound = damaged ? successor(findings, soundMembers(members)) : undefined;
  if (sound !== undefined) {
    const index = members.find(({ id }) => id === self)?.reports.at(-1)?.index ?? ORIGIN.index;
    return { kind: 'wrong', index, wrong: [self], remedy: { kind: 'transfer', to: sound } };
  }
  const indexes = new Set(members.flatMap(({ reports }) => reports.map(({ index }) => index)));
  for (const index of [...indexes].sort((a, b) => b - a)) {
    const said = new Map(members.map(({ id, reports }) => [id, reportAt(reports, index)]));
    const hash = majorityOf(configuration, said);
    if (hash !== undefined) return compare(findings, index, said, hash);
    if (votersOf(configuration).every((id) => said.get(id) !== undefined)) {
      return { kind: 'undecided', index };
    }
  }
  return { kind: 'equal', index: undefined, unknown: members.map(({ id }) => id) };
}

/** Those that have not said that their disks have rotted. */
const soundMembers = (members: readonly Finding[]): readonly MemberId[] =>
  members
    .filter(({ reports }) => {
      const last = reports.at(-1);
      return last === undefined || last.hash !== undefined;
    })
    .map(({ id }) => id);

/** A voter among `able` that can take over from the leader: the one whose log is furthest, or it may never come so far. */
function successor(
  { self, configuration, members }: Findings,
  able: readonly MemberId[],
): MemberId | undefined {
  const voters = votersOf(configuration);
  const [best] = members
    .filter(({ id, fit }) => id !== self && fit && voters.includes(id) && able.includes(id))
    .sort((a, b) => b.match - a.match);
  return best?.id;
}

type Said = ReadonlyMap<MemberId, Report | undefined>;

const reportAt = (reports: readonly Report[], index: Index): Report | undefined =>
  reports.find((report) => report.index === index);

/** The hash that a quorum of voters has. */
function majorityOf(configuration: Configuration, said: Said): string | undefined {
  const hashes = new Set([...said.values()].map((report) => report?.hash));
  for (const hash of hashes) {
    if (hash !== undefined && isQuorum(configuration, having(said, hash))) return hash;
  }
  return undefined;
}

const having = (said: Said, hash: string): readonly MemberId[] =>
  [...said].filter(([, report]) => report?.hash === hash).map(([id]) => id);

const isQuorum = (configuration: Configuration, ids: readonly MemberId[]): boolean =>
  tally(configuration, new Set(ids), new Set()) === 'won';

const votersOf = ({ members, outgoing }: Configuration): readonly MemberId[] => [
  ...members.filter(({ standing }) => standing === 'voter').map(({ id }) => id),
  ...outgoing,
];

function compare(findings: Findings, index: Index, said: Said, hash: string): Verdict {
  const unknown = [...said].filter(([, report]) => report === undefined).map(([id]) => id);
  const wrong = [...said]
    .filter(([, report]) => report !== undefined && report.hash !== hash)
    .map(([id]) => id);
  if (wrong.length === 0) return { kind: 'equal', index, unknown };
  const right = having(said, hash);
  return { kind: 'wrong', index, wrong, remedy: remedyOf(findings, { right, wrong, unknown }) };
}

interface Parties {
  readonly right: readonly MemberId[];
  readonly wrong: readonly MemberId[];
  readonly unknown: readonly MemberId[];
}

/**
 * One member at a time. A voter that has not said may be the one that is being rebuilt, perhaps under
 * the leader before: while one is silent nobody else is taken away.
 */
function remedyOf(findings: Findings, { right, wrong, unknown }: Parties): Remedy {
  const { self, configuration, members } = findings;
  const fit = new Set(members.filter((member) => member.fit).map(({ id }) => id));
  const voters = new Set(votersOf(configuration));
  if (wrong.includes(self)) {
    const to = successor(findings, right);
    return to === undefined
      ? wait('nobody with the right state can take over from the leader')
      : { kind: 'transfer', to };
  }
  if (configuration.outgoing.length > 0) return wait('a change of the members is on its way');
  if (!right.includes(self)) return wait('the leader has not compared its own state there');
  const silent = unknown.filter((id) => voters.has(id));
  if (silent.length > 0) return wait(`member ${silent.join(', ')} has not said what it has`);
  if (
    !isQuorum(
      configuration,
      right.filter((id) => fit.has(id)),
    )
  ) {
    return wait('the others that answer would be no quorum');
  }
  const member = wrong.find((id) => fit.has(id));
  return member === undefined ? wait('it does not answer') : { kind: 'rebuild', member };
}

const wait = (why: string): Remedy => ({ kind: 'wait', why });

/** What a node that leads knows; undefined while it does not lead. */
export function findingsOf(status: NodeStatus): Findings | undefined {
  const { identity, configuration, role, reports, peers, damage, lastLog } = status;
  if (identity === undefined || configuration === undefined || role !== 'leader') return undefined;
  const self = identity.member;
  const members = configuration.members.map(({ id }): Finding => {
    if (id === self) return { id, reports, fit: true, match: lastLog };
    const peer = peers.find((each) => each.id === id);
    const fit = peer !== undefined && peer.recent && !peer.regressed;
    return { id, reports: peer?.reports ?? [], fit, match: peer?.match ?? ORIGIN.index };
  });
  return { self, damaged: damage !== undefined, configuration, members };
}
