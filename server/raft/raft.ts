/**
 * The whole state of one member's core: a record, changed in place by `step` and nobody else.
 *
 * What belongs to a role lives inside the role, so that it cannot survive it.
 */
import { findMember, isVoter, type Configuration } from './membership/configuration.ts';
import type { HardState } from './hard-state.ts';
import type { Index, MemberId, Term } from './ids.ts';
import type { Log } from './log/log.ts';
import type { Options } from './options.ts';
import type { Outbox } from './outbox.ts';
import type { PendingReads } from './reads/pending-reads.ts';
import type { Progress } from './replication/progress.ts';
import type { SnapshotPosition } from './snapshot-position.ts';

/** Waits for a leader, or follows one. */
export interface Follower {
  readonly kind: 'follower';
  leader: MemberId | undefined;
  /** When the leader was heard last; −∞ when there is none. */
  heardMs: number;
  /** The transport lost the leader's process: a hint, believed under trust `earlyCampaign` only. */
  suspect: boolean;
  /** When to campaign. */
  deadlineMs: number;
}

/** Asks whether an election could be won (dissertation §9.6). */
export interface PreCandidate {
  readonly kind: 'preCandidate';
  readonly grants: Set<MemberId>;
  readonly refusals: Set<MemberId>;
  /** Begun on a hint that the leader's process is gone: tried again soon. */
  readonly suspect: boolean;
  readonly deadlineMs: number;
}

/** Asks for votes. Its own counts once it is on disk. */
export interface Candidate {
  readonly kind: 'candidate';
  readonly grants: Set<MemberId>;
  readonly refusals: Set<MemberId>;
  /** Begun on a hint that the leader's process is gone: tried again soon. */
  readonly suspect: boolean;
  readonly deadlineMs: number;
}

/** Leadership on its way to another voter; commands wait meanwhile. */
export interface Transfer {
  readonly to: MemberId;
  /** Whose wish it was; undefined for the leader's own. */
  readonly context: number | undefined;
  readonly deadlineMs: number;
  /** TimeoutNow has left. */
  sent: boolean;
}

/** Leads its term. */
export interface Leader {
  readonly kind: 'leader';
  /** Per member that may be spoken to, itself included; see `track-configuration.ts`. */
  readonly progress: Map<MemberId, Progress>;
  /** Index of the no-op this leader began its term with. */
  readonly firstIndex: Index;
  heartbeatDueMs: number;
  readonly reads: PendingReads;
  transfer: Transfer | undefined;
  /** TimeoutNow was sent in this term: someone may campaign past every lease. */
  leaseForfeited: boolean;
  /** Bytes of entries appended but not committed. */
  uncommittedBytes: number;
  /** Since when a better leader by priority has been ready. */
  betterSinceMs: number | undefined;
}

/** In no committed configuration any more: silent for ever. */
export interface Removed {
  readonly kind: 'removed';
}

/** Storage failed: acknowledges nothing until started anew from disk. */
export interface Halted {
  readonly kind: 'halted';
}

/** What a member is at the moment, with all that belongs to it. */
export type Role = Follower | PreCandidate | Candidate | Leader | Removed | Halted;

/** A configuration and the log index it came from. */
export interface PlacedConfiguration {
  readonly index: Index;
  readonly configuration: Configuration;
}

/** See the head of this file. */
export interface Raft {
  readonly id: MemberId;
  readonly options: Options;
  hardState: HardState;
  role: Role;
  readonly log: Log;
  /** Known to be committed. */
  commit: Index;
  /** Handed out to be applied: committed, and on this member's disk, so that no state is ever ahead of its log. */
  applied: Index;
  /** A snapshot is being installed: no appends are taken, no campaign is begun. */
  installing: { readonly snapshot: SnapshotPosition; readonly from: MemberId } | undefined;
  /** Oldest first: the last committed one, then those appended behind it. The last is in force. */
  readonly configurations: [PlacedConfiguration, ...PlacedConfiguration[]];
  /** A transfer in which TimeoutNow had left when this member left office: who leads next will tell. */
  handedOver: { readonly to: MemberId; readonly context: number } | undefined;
  /** The last persist that changed which configuration the disk would show after a crash. */
  configurationSequence: number;
  /** State of the pseudo-random sequence behind election timeouts. */
  random: number;
  /** The time of the input being handled. */
  nowMs: number;
  /** Free disk space is below the mark. */
  spaceLow: boolean;
  /** No vote is granted before this: what was promised to a leader that may hold a lease. */
  promisedUntilMs: number;
  /** A step is being made; still true after one that broke an invariant: then no other may follow. */
  stepping: boolean;
  /** Effects of the step being made. */
  readonly outbox: Outbox;
}

/** The term this member is in. */
export const termOf = (raft: Raft): Term => raft.hardState.term;

/** The configuration in force: the last one in the log, committed or not (dissertation §4.1). */
export const configurationOf = (raft: Raft): Configuration => placedOf(raft).configuration;

/** The configuration in force and where it stands. */
export const placedOf = (raft: Raft): PlacedConfiguration =>
  raft.configurations.at(-1) ?? raft.configurations[0];

/** All that vote in the configuration in force, but for this member. */
export function otherVoters(raft: Raft): readonly MemberId[] {
  const configuration = configurationOf(raft);
  return configuration.members
    .map(({ id }) => id)
    .filter((id) => id !== raft.id && isVoter(configuration, id));
}

/** The leader of this term, as far as this member has heard from it. */
export function leaderOf(raft: Raft): MemberId | undefined {
  switch (raft.role.kind) {
    case 'leader':
      return raft.id;
    case 'follower':
      return raft.role.leader;
    case 'preCandidate':
    case 'candidate':
    case 'removed':
    case 'halted':
      return undefined;
  }
}

/** Whether a committed configuration knows that `id` existed and is gone: for ever, for ids are never reused. */
export function isRemoved(raft: Raft, id: MemberId): boolean {
  const { configuration } = raft.configurations[0];
  return id < configuration.nextMemberId && findMember(configuration, id) === undefined;
}
