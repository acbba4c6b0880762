/**
 * A core under test, always brought into its role by real inputs: member 1, unless told, of the
 * voters 1, 2 and 3, in term 1 as a follower and in term 2 as a candidate or a leader.
 */
import type { Boot } from '../boot.ts';
import type { Configuration } from '../membership/configuration.ts';
import { start, step } from '../core.ts';
import type { Effect, PersistToken } from '../effect.ts';
import type { Entry } from '../entry.ts';
import { ORIGIN, toIndex, toMemberId, toTerm, type LogPosition, type MemberId } from '../ids.ts';
import type { Input } from '../input.ts';
import { invariant } from '../invariant.ts';
import { lastIndexOf } from '../log/log.ts';
import type { HeartbeatReply, Message } from '../message.ts';
import { DEFAULT_OPTIONS, type Options } from '../options.ts';
import { configurationOf, leaderOf, termOf, type Raft } from '../raft.ts';
import type { Plain, Without } from './plain.ts';
import { bytes, cluster, runsOf } from './value.ts';

export interface Subject {
  readonly raft: Raft;
  /** The time of the next input. */
  nowMs: number;
  /** Of the last persist that was asked for. */
  token: PersistToken | undefined;
}

/** What a subject finds on its disk, and who is there. */
export interface Facts {
  readonly id?: number;
  readonly term?: number;
  readonly vote?: number;
  readonly configuration?: Configuration;
  /** Where the durable state stands; the log begins there. */
  readonly state?: LogPosition;
  /** The entries behind the state. */
  readonly log?: readonly Entry[];
  readonly options?: Partial<Options>;
  /** Of a follower: whom it has heard from; 2 unless told, nobody when undefined. */
  readonly leader?: number | undefined;
  readonly seed?: number;
}

/** A core that has taken no input yet. */
export function aStart(facts: Facts = {}): Subject {
  const { id = 1, term = 1, vote, state = ORIGIN, log = [], configuration = cluster() } = facts;
  const boot: Boot = {
    id: toMemberId(id),
    hardState: { term: toTerm(term), vote: vote === undefined ? undefined : toMemberId(vote) },
    state: { ...state, configuration, configurationIndex: state.index },
    log: { base: state, terms: runsOf(log), last: log.at(-1)?.index ?? state.index },
    entries: log,
    seed: facts.seed ?? id,
  };
  const raft = start(boot, { ...DEFAULT_OPTIONS, ...facts.options }, 0);
  return { raft, nowMs: 0, token: undefined };
}

/** Follows member 2; what a first step announces is behind it. */
export function aFollower(facts: Facts = {}): Subject {
  const subject = aStart(facts);
  const leader = 'leader' in facts ? facts.leader : 2;
  if (leader === undefined) give(subject, { kind: 'storageSpace', low: false });
  else hearFrom(subject, leader);
  return subject;
}

/** Lets the subject hear a heartbeat of the leader of its term. */
export const hearFrom = (subject: Subject, leader: number, round = 1): readonly Effect[] =>
  receive(subject, {
    kind: 'heartbeat',
    from: leader,
    term: termOf(subject.raft),
    round,
    commit: ORIGIN,
  });

/** Has asked whether it could win term 2. */
export function aPreCandidate(facts: Facts = {}): Subject {
  const subject = aFollower(facts);
  timeOut(subject);
  return subject;
}

/** Campaigns for term 2; its own vote is not on disk yet. */
export function aCandidate(facts: Facts = {}): Subject {
  const subject = aPreCandidate(facts);
  const term = termOf(subject.raft) + 1;
  for (const from of others(subject)) {
    if (subject.raft.role.kind !== 'preCandidate') break;
    receive(subject, { kind: 'preVoteReply', from, term, granted: true });
  }
  return subject;
}

/** Has just won term 2: its no-op is on its way to the disk and to every member. */
export function aNewLeader(facts: Facts = {}): Subject {
  const subject = aCandidate(facts);
  persisted(subject);
  for (const from of others(subject)) {
    if (subject.raft.role.kind !== 'candidate') break;
    receive(subject, { kind: 'voteReply', from, term: termOf(subject.raft), granted: true });
  }
  return subject;
}

/** Leads term 2; all members have everything up to its no-op, which is committed. */
export function aLeader(facts: Facts = {}): Subject {
  const subject = aNewLeader(facts);
  persisted(subject);
  for (const from of others(subject)) accepted(subject, from);
  return subject;
}

/** The other members of the configuration in force. */
export const others = (subject: Subject): readonly MemberId[] =>
  configurationOf(subject.raft)
    .members.map((member) => member.id)
    .filter((id) => id !== subject.raft.id);

/** Lets one thing happen now. */
export function give(subject: Subject, input: Plain<Input>): readonly Effect[] {
  const effects = step(subject.raft, subject.nowMs, input as Input);
  const first = effects[0];
  if (first?.kind === 'persist') subject.token = first.token;
  return effects;
}

/** Lets a message arrive, addressed to the subject. */
export const receive = (
  subject: Subject,
  message: Plain<Without<Message, 'to'>>,
): readonly Effect[] =>
  give(subject, { kind: 'message', message: { ...message, to: subject.raft.id } as Message });

/** Lets `ms` go by, then a tick. */
export function wait(subject: Subject, ms: number): readonly Effect[] {
  subject.nowMs += ms;
  return give(subject, { kind: 'tick' });
}

/** Lets time go by until the subject campaigns, and no further. */
export function timeOut(subject: Subject): readonly Effect[] {
  const { role } = subject.raft;
  invariant('deadlineMs' in role, 'only who waits for a leader times out', { role: role.kind });
  return wait(subject, role.deadlineMs - subject.nowMs);
}

/** All that was asked to be persisted is on disk. */
export function persisted(subject: Subject): readonly Effect[] {
  invariant(subject.token !== undefined, 'there was a persist', {});
  return give(subject, { kind: 'persisted', token: subject.token });
}

/** A member's log is on its disk up to `match`: all of the leader's unless told. */
export const accepted = (
  subject: Subject,
  from: number,
  match: number = lastIndexOf(subject.raft.log),
): readonly Effect[] =>
  receive(subject, { kind: 'appendAccepted', from, term: termOf(subject.raft), match });

/** A member answers a heartbeat round. */
export const answered = (
  subject: Subject,
  from: number,
  round: number,
  more: Partial<Plain<HeartbeatReply>> = {},
): readonly Effect[] =>
  receive(subject, {
    kind: 'heartbeatReply',
    from,
    term: termOf(subject.raft),
    round,
    lease: false,
    last: lastIndexOf(subject.raft.log),
    spaceLow: false,
    ...more,
  });

/** Commands of these texts are proposed. */
export const proposed = (
  subject: Subject,
  context: number,
  ...commands: readonly string[]
): readonly Effect[] => give(subject, { kind: 'propose', context, commands: commands.map(bytes) });

/** What the subject would tell of itself. */
export const standing = (
  subject: Subject,
): { role: string; term: number; leader: number | undefined } => ({
  role: subject.raft.role.kind,
  term: termOf(subject.raft),
  leader: leaderOf(subject.raft),
});

/** How far the subject has come. */
export const extent = (
  subject: Subject,
): { last: number; stable: number; commit: number; applied: number } => ({
  last: lastIndexOf(subject.raft.log),
  stable: toIndex(subject.raft.log.stable),
  commit: subject.raft.commit,
  applied: subject.raft.applied,
});
