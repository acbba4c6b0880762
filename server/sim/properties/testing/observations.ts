/**
 * Hand-made observations for properties, of a cluster that never ran, each as small as what
 * properties look at. Members 1, 2, 3 … act from directories d1, d2, d3 ….
 */
import type { StoredLog } from '../../../ports/log-store.ts';
import type {
  Configuration,
  Standing,
  TimingTrust,
} from '../../../raft/membership/configuration.ts';
import type { Effect, Persist } from '../../../raft/effect.ts';
import type { Entry, EntryKind } from '../../../raft/entry.ts';
import { ORIGIN, toIndex, toMemberId, toTerm, type LogPosition } from '../../../raft/ids.ts';
import type { Input } from '../../../raft/input.ts';
import { createLog } from '../../../raft/log/log.ts';
import type { Message } from '../../../raft/message.ts';
import { DEFAULT_OPTIONS } from '../../../raft/options.ts';
import type { Follower, Leader, PlacedConfiguration, Raft, Role } from '../../../raft/raft.ts';
import type { TermRun } from '../../../raft/log/term-runs.ts';
import type { Observation } from '../../observation.ts';
import type { OperationOutcome, OperationResult } from '../../clients/operation.ts';
import { Violation, type Property } from '../property.ts';

/** What `property` says to these observations: what it holds against them, or undefined. */
export function judge(
  property: Property,
  observations: readonly Observation[],
): string | undefined {
  const watch = property.watch();
  try {
    observations.forEach(watch);
    return undefined;
  } catch (error) {
    if (error instanceof Violation && error.property === property.name) return error.message;
    throw error;
  }
}

/** The terms of entries 1, 2, 3 … of a log. */
export type Terms = readonly number[];

const runsOf = (terms: Terms): readonly TermRun[] =>
  terms.flatMap((term, at) =>
    term === terms[at - 1] ? [] : [{ first: toIndex(at + 1), term: toTerm(term) }],
  );

export const position = (index: number, term: number): LogPosition => ({
  index: toIndex(index),
  term: toTerm(term),
});

export const entry = (
  index: number,
  term: number,
  kind: EntryKind = 'command',
  data: readonly number[] = [],
): Entry => ({ index: toIndex(index), term: toTerm(term), kind, data: Uint8Array.from(data) });

/** Who belongs to a cluster: `voters`, and what else is given. */
export function configuration(
  voters: readonly number[],
  more: {
    readonly outgoing?: readonly number[];
    readonly learners?: readonly number[];
    readonly trust?: TimingTrust;
  } = {},
): Configuration {
  const { outgoing = [], learners = [], trust = 'neither' } = more;
  const member = (id: number, standing: Standing): Configuration['members'][number] => ({
    id: toMemberId(id),
    directory: `d${id}`,
    priority: 0,
    standing,
  });
  const leaving = outgoing.filter((id) => !voters.includes(id) && !learners.includes(id));
  return {
    members: [
      ...voters.map((id) => member(id, 'voter')),
      ...learners.map((id) => member(id, 'learner')),
      ...leaving.map((id) => member(id, 'leaving')),
    ],
    outgoing: outgoing.map(toMemberId),
    nextMemberId: toMemberId(100),
    trust,
  };
}

export const placed = (index: number, of: Configuration): PlacedConfiguration => ({
  index: toIndex(index),
  configuration: of,
});

/** What a spec says of a member; the rest is as uninteresting as can be. */
export interface Member {
  readonly id: number;
  readonly term: number;
  readonly terms: Terms;
  readonly commit: number;
  readonly role: Role;
  readonly configurations: readonly PlacedConfiguration[];
  readonly nowMs: number;
}

export const follower: Follower = {
  kind: 'follower',
  leader: undefined,
  heardMs: -Infinity,
  suspect: false,
  deadlineMs: Infinity,
};

/** A leader whose first entry is at `firstIndex`. */
export const leader = (firstIndex: number, more: Partial<Leader> = {}): Leader => ({
  kind: 'leader',
  progress: new Map(),
  firstIndex: toIndex(firstIndex),
  heartbeatDueMs: 0,
  reads: { round: 0, starts: [], waiting: [] },
  transfer: undefined,
  leaseForfeited: false,
  uncommittedBytes: 0,
  betterSinceMs: undefined,
  ...more,
});

/** A leader that knows its members to have this much. */
export const leaderWith = (firstIndex: number, matches: Readonly<Record<number, number>>): Leader =>
  leader(firstIndex, {
    progress: new Map(
      Object.entries(matches).map(([id, match]) => [
        toMemberId(Number(id)),
        { match: toIndex(match) } as NonNullable<ReturnType<Leader['progress']['get']>>,
      ]),
    ),
  });

function raftOf(member: Partial<Member>): Raft {
  const { id = 1, term = 1, terms = [1], commit = 0, role = follower, nowMs = 0 } = member;
  const { configurations = [placed(0, configuration([1, 2, 3]))] } = member;
  // What no property looks at is left out.
  return {
    id: toMemberId(id),
    options: DEFAULT_OPTIONS,
    hardState: { term: toTerm(term), vote: undefined },
    role,
    // Unchecked: a property has to see logs that must not be.
    log: createLog({ base: ORIGIN, runs: [...runsOf(terms)], last: toIndex(terms.length) }, []),
    commit: toIndex(commit),
    applied: toIndex(commit),
    configurations: configurations as Raft['configurations'],
    nowMs,
  } as Raft;
}

type Of<Kind extends Observation['kind']> = Extract<Observation, { readonly kind: Kind }>;

/** A step of a member, after which it is as said. */
export const stepped = (
  member: Partial<Member> & { readonly incarnation?: number; readonly directory?: string },
  effects: readonly Effect[] = [],
  input: Input = { kind: 'tick' },
): Of<'stepped'> => {
  const raft = raftOf(member);
  const { directory = `d${raft.id}`, incarnation = 1 } = member;
  return {
    kind: 'stepped',
    atMs: raft.nowMs,
    actor: { directory, incarnation },
    member: raft.id,
    input,
    effects,
    raft,
  };
};

export const received = (message: Message): Input => ({ kind: 'message', message });

export const send = (message: Message): Effect => ({ kind: 'send', message });

export const persist = (
  entries: readonly Entry[],
  more: Partial<Pick<Persist, 'hardState' | 'thenSend'>> & { readonly sequence?: number } = {},
): Effect => ({
  kind: 'persist',
  hardState: more.hardState,
  entries,
  thenSend: more.thenSend ?? [],
  token: { sequence: more.sequence ?? 1, term: toTerm(1), through: ORIGIN },
});

export const persisted = (sequence: number): Input => ({
  kind: 'persisted',
  token: { sequence, term: toTerm(1), through: ORIGIN },
});

/** The header of a message. */
export const header = (
  from: number,
  to: number,
  term: number,
): Pick<Message, 'from' | 'to' | 'term'> => ({
  from: toMemberId(from),
  to: toMemberId(to),
  term: toTerm(term),
});

export const voteReply = (from: number, to: number, term: number, granted = true): Message => ({
  kind: 'voteReply',
  ...header(from, to, term),
  granted,
});

export const accepted = (from: number, to: number, term: number, match: number): Message => ({
  kind: 'appendAccepted',
  ...header(from, to, term),
  match: toIndex(match),
});

/** A member's disk: the terms of its log, its term and its vote. */
export const durable = (
  id: number,
  terms: Terms,
  hardState: { readonly term?: number; readonly vote?: number } = {},
): Of<'durable'> => {
  const log: StoredLog = {
    identity: { cluster: 'c', member: toMemberId(id) },
    hardState: {
      term: toTerm(hardState.term ?? terms.at(-1) ?? 0),
      vote: hardState.vote === undefined ? undefined : toMemberId(hardState.vote),
    },
    base: ORIGIN,
    terms: runsOf(terms),
    last: toIndex(terms.length),
    bytes: 0,
    marks: [],
  };
  return { kind: 'durable', atMs: 0, directory: `d${id}`, log };
};

export const replaced = (id: number, by: 'nothing' | 'olderCopy'): Of<'replaced'> => ({
  kind: 'replaced',
  atMs: 0,
  directory: `d${id}`,
  by,
});

export const started = (id: number, incarnation = 1): Of<'started'> => ({
  kind: 'started',
  atMs: 0,
  actor: { directory: `d${id}`, incarnation },
});

export const applied = (
  id: number,
  what: Entry,
  stateHash = `hash ${what.index}`,
  incarnation = 1,
): Of<'applied'> => ({
  kind: 'applied',
  atMs: 0,
  actor: { directory: `d${id}`, incarnation },
  member: toMemberId(id),
  entry: what,
  stateHash,
  carriedOut: what.kind === 'command',
  reply: new Uint8Array(),
  rows: new Map(),
  pushes: [],
});

export const restored = (
  id: number,
  at: LogPosition,
  cause: 'opened' | 'installed' = 'opened',
  stateHash = `hash ${at.index}`,
  incarnation = 1,
): Of<'restored'> => ({
  kind: 'restored',
  atMs: 0,
  actor: { directory: `d${id}`, incarnation },
  member: toMemberId(id),
  position: { ...at, configuration: configuration([1, 2, 3]), configurationIndex: ORIGIN.index },
  stateHash,
  cause,
});

export const invokedGet = (id: number): Of<'invoked'> => ({
  kind: 'invoked',
  atMs: 0,
  id,
  client: id,
  operation: { kind: 'get', key: 'k' },
  request: undefined,
});

export const invokedPut = (id: number, value = 'a'): Of<'invoked'> => ({
  kind: 'invoked',
  atMs: 0,
  id,
  client: id,
  operation: { kind: 'put', key: 'k', value },
  request: undefined,
});

export const returnedOk = (id: number, index: number, result?: OperationResult): Of<'returned'> =>
  returned(id, { kind: 'ok', result, index: toIndex(index) });

export const returned = (id: number, outcome: OperationOutcome): Of<'returned'> => ({
  kind: 'returned',
  atMs: 0,
  id,
  outcome,
});

export const finished = (converged = true): Of<'finished'> => ({
  kind: 'finished',
  atMs: 0,
  converged,
  why: converged ? '' : 'two leaders',
});
