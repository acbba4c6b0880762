/**
 * Everything the core can ask for. This union is the contract between consensus and the world:
 * carry the effects of one step out in order, and nothing else.
 */
import type { Entry } from './entry.ts';
import type { HardState } from './hard-state.ts';
import type { Index, LogPosition, MemberId, Term } from './ids.ts';
import type { Message } from './message.ts';
import type { SnapshotPosition } from './snapshot-position.ts';

/** Names one {@link Persist} for its completion. */
export interface PersistToken {
  /** Counts up by one with each persist since the member started. */
  readonly sequence: number;
  /** The term in which it was asked for: a completion from an older term proves nothing. */
  readonly term: Term;
  /** Where the log ends once this and all earlier persists are on disk. */
  readonly through: LogPosition;
}

/**
 * Put on disk, in one synced batch, in order with all earlier persists; then send `thenSend`; then
 * input `persisted` with the token. Consecutive persists may be merged into one batch: the last
 * hard state counts, `thenSend` adds up, and only the last token needs to be completed.
 */
export interface Persist {
  readonly kind: 'persist';
  /** Unchanged when absent. */
  readonly hardState: HardState | undefined;
  /** Consecutive. Entries on disk at or above `entries[0].index` are replaced, to the log's end. */
  readonly entries: readonly Entry[];
  /** May leave only when this persist and all earlier ones are on disk. */
  readonly thenSend: readonly Message[];
  readonly token: PersistToken;
}

/** Send now, best effort: messages may be lost, repeated, reordered. */
export interface Send {
  readonly kind: 'send';
  readonly message: Message;
}

/** These entries are committed: apply them, in order. Each is handed out once per start. */
export interface Commit {
  readonly kind: 'commit';
  readonly entries: readonly Entry[];
}

/** A read may be served from state that has applied at least `index`. */
export interface ReadReady {
  readonly kind: 'readReady';
  readonly context: number;
  readonly index: Index;
}

/** `count` commands of input `propose`, from its `offset` on, got consecutive indexes from `first` on. */
export interface Accepted {
  readonly kind: 'accepted';
  readonly context: number;
  readonly offset: number;
  readonly first: Index;
  readonly count: number;
  readonly term: Term;
}

/**
 * The change with this context was appended at `index`; it is done once a simple configuration at
 * or above commits. Of a change whose wishes were fulfilled already, `index` is the configuration
 * in force: nothing was appended, and it is committed.
 */
export interface ChangeAccepted {
  readonly kind: 'changeAccepted';
  readonly context: number;
  readonly index: Index;
  readonly term: Term;
}

/** Why an input was turned away; nothing of it has been, or will be, carried out. */
export type Refusal =
  /** Ask `leader`, when known: this member has heard from it in this term. */
  | { readonly reason: 'notLeader'; readonly leader: MemberId | undefined }
  | { readonly reason: 'transferring'; readonly to: MemberId }
  | { readonly reason: 'tooLarge'; readonly bytes: number; readonly bytesMax: number }
  /** The uncommitted part of the log has reached its bound. */
  | { readonly reason: 'logFull'; readonly bytes: number; readonly bytesMax: number }
  | { readonly reason: 'diskFull' }
  /** Too many reads wait for confirmation. */
  | { readonly reason: 'readsFull'; readonly readsMax: number }
  /** The configuration at `index` is not committed yet, or joint and about to be left. */
  | { readonly reason: 'changeInFlight'; readonly index: Index }
  /** The leader's no-op at `index` is not committed yet: a change of an earlier leader may still surface. */
  | { readonly reason: 'termNotCommitted'; readonly index: Index }
  /** The change was decided on another configuration than the one in force. */
  | { readonly reason: 'configurationMoved'; readonly expected: Index; readonly actual: Index }
  | { readonly reason: 'invalidChange'; readonly problem: string }
  | { readonly reason: 'invalidTarget'; readonly problem: string }
  /** The cluster has this member no more, and never will again. */
  | { readonly reason: 'removed' }
  /** Out of work until started anew; its storage failed. */
  | { readonly reason: 'halted' };

/** The names of all reasons for a {@link Refusal}. */
export type RefusalReason = Refusal['reason'];

/** An input with this context was refused. Of input `propose`: `count` commands from its `offset` on. */
export interface Refuse {
  readonly kind: 'refuse';
  readonly what: 'propose' | 'read' | 'change' | 'transfer';
  readonly context: number;
  readonly offset: number;
  readonly count: number;
  readonly refusal: Refusal;
}

/**
 * How a leadership transfer ended. `transferred`: its target was heard to lead. `aborted`: nobody
 * was asked to campaign. `unknown`: somebody was, and may still do so.
 */
export interface TransferEnded {
  readonly kind: 'transferEnded';
  readonly context: number;
  readonly outcome: 'transferred' | 'aborted' | 'unknown';
}

/** The role a member plays, for the world to see. */
export type RoleName = 'follower' | 'preCandidate' | 'candidate' | 'leader' | 'removed' | 'halted';

/** Role, term or known leader changed. */
export interface RoleChanged {
  readonly kind: 'roleChanged';
  readonly role: RoleName;
  readonly term: Term;
  readonly leader: MemberId | undefined;
}

/** Read entries after `after` from the log store, at least one, up to `bytesMax`; then input `fetched`. */
export interface Fetch {
  readonly kind: 'fetch';
  readonly to: MemberId;
  readonly term: Term;
  readonly after: Index;
  readonly bytesMax: number;
}

/** Stream the current durable state to `to`, announced by a `snapshot` message of this term; then input `snapshotSent`. */
export interface SendSnapshot {
  readonly kind: 'sendSnapshot';
  readonly to: MemberId;
  readonly term: Term;
}

/**
 * Replace state and log by the snapshot received last from `from`, durably; then input
 * `installed`. Earlier persists go first. The log is empty and starts at the snapshot's position.
 */
export interface Install {
  readonly kind: 'install';
  readonly from: MemberId;
  readonly snapshot: SnapshotPosition;
}

/** Entries up to and including `through` may be deleted from the log store. */
export interface Compact {
  readonly kind: 'compact';
  readonly through: LogPosition;
}

/** Something a person should know. */
export interface Alarm {
  readonly kind: 'alarm';
  /** A voter's or learner's log ends before what it has acknowledged: its directory was put back from an older copy. */
  readonly alarm: 'memberRegressed';
  readonly member: MemberId;
  readonly acknowledged: Index;
  readonly found: Index;
}

/** Everything the core can ask for. */
export type Effect =
  | Persist
  | Send
  | Commit
  | ReadReady
  | Accepted
  | ChangeAccepted
  | Refuse
  | TransferEnded
  | RoleChanged
  | Fetch
  | SendSnapshot
  | Install
  | Compact
  | Alarm;
