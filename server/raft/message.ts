/**
 * What members say to each other. Every message carries the sender's term, but for a pre-vote,
 * which carries the term the sender would campaign in, and its grant, which repeats it.
 */
import type { SnapshotPosition } from './snapshot-position.ts';
import type { Entry } from './entry.ts';
import type { Index, LogPosition, MemberId, Term } from './ids.ts';

interface Header<Kind extends string> {
  readonly kind: Kind;
  readonly from: MemberId;
  readonly to: MemberId;
  readonly term: Term;
}

/** Would you vote for me in `term`? Changes nothing at the receiver (dissertation §9.6). */
export interface PreVote extends Header<'preVote'> {
  readonly last: LogPosition;
}

/** Yes, with the term that was asked for; or no, with the sender’s own. */
export interface PreVoteReply extends Header<'preVoteReply'> {
  readonly granted: boolean;
}

/** RequestVote (paper §5.2). `transfer`: the leader asked for it, so leases do not stand against it. */
export interface Vote extends Header<'vote'> {
  readonly last: LogPosition;
  readonly transfer: boolean;
}

/** The vote of the sender, which is on its disk; or that it has none for this candidate. */
export interface VoteReply extends Header<'voteReply'> {
  readonly granted: boolean;
}

/** AppendEntries (paper §5.3). */
export interface Append extends Header<'append'> {
  /** The position right before `entries`. */
  readonly previous: LogPosition;
  readonly entries: readonly Entry[];
  readonly commit: Index;
}

/**
 * Entries up to `commit`, which the receiver is known to have, are committed. Said with the leader's
 * next tick at the latest, unless an append or a heartbeat has said it by then. Not answered.
 */
export interface Committed extends Header<'committed'> {
  /** With its term: a member whose disk was put back to an older state must not take it for its own. */
  readonly commit: LogPosition;
}

/** The log of the sender is on its disk and equals the leader's up to and including `match`. */
export interface AppendAccepted extends Header<'appendAccepted'> {
  readonly match: Index;
}

/** The sender has no entry of the given term at `previous`. */
export interface AppendRejected extends Header<'appendRejected'> {
  /** `previous.index` of the rejected message. */
  readonly previous: Index;
  /** The highest position of the sender at or before `previous` that could still match. */
  readonly hint: LogPosition;
  /** Where the sender's log ends. */
  readonly last: Index;
}

/** Keeps followers from campaigning, and confirms that the leader still leads (dissertation §6.4). */
export interface Heartbeat extends Header<'heartbeat'> {
  /** Counts up within the term; a reply confirms leadership at the moment the round began. */
  readonly round: number;
  /** What is committed, as far as the receiver is known to match; the origin when nothing is known. */
  readonly commit: LogPosition;
}

/** What a member knows of its own state. A matter of drivers, which compare it; the core does not look at it. */
export interface StateReport {
  /** Up to where it was applied. */
  readonly index: Index;
  /** Of all rows there; undefined when what is on disk is not what was written. */
  readonly hash: string | undefined;
}

/** The sender follows the leader of this term; says nothing of what is on its disk. */
export interface HeartbeatReply extends Header<'heartbeatReply'> {
  readonly round: number;
  /** The sender will grant no vote for an election timeout; without it the reply extends no lease. */
  readonly lease: boolean;
  /** Where the sender's log ends. */
  readonly last: Index;
  /** The sender is short of disk space: no good leader. */
  readonly spaceLow: boolean;
  /** Put in by the sender's driver. */
  readonly state?: StateReport;
}

/** Announces a snapshot whose body the transport has delivered beside it. */
export interface Snapshot extends Header<'snapshot'> {
  readonly snapshot: SnapshotPosition;
  /** Of all rows of the body; left out by senders of older versions. For the receiver's driver. */
  readonly hash?: string;
  /**
   * The receiver's state is not that of the majority: its driver puts this one in its place, however
   * far it has come. The core hears nothing of such a message.
   */
  readonly rebuild?: true;
}

/** Campaign now, without asking first (dissertation §3.10). */
export type TimeoutNow = Header<'timeoutNow'>;

/**
 * The sender leads this term no more, and never will again: it hears no quorum, or its disk stands
 * still. Who followed it need not wait for it to fall silent. Not answered.
 */
export type Resigned = Header<'resigned'>;

/** A follower asks the leader for a read index (dissertation §6.4). */
export interface ReadRequest extends Header<'readRequest'> {
  /** Never used twice by a member, across its restarts too. */
  readonly context: number;
}

/** The read asked for under `context` may be served from whatever holds `index`. */
export interface ReadReply extends Header<'readReply'> {
  readonly context: number;
  readonly index: Index;
}

/** The receiver is in no committed configuration any more, and never will be again. */
export type Removed = Header<'removed'>;

/** Everything members say to each other. */
export type Message =
  | PreVote
  | PreVoteReply
  | Vote
  | VoteReply
  | Append
  | Committed
  | AppendAccepted
  | AppendRejected
  | Heartbeat
  | HeartbeatReply
  | Snapshot
  | TimeoutNow
  | Resigned
  | ReadRequest
  | ReadReply
  | Removed;
