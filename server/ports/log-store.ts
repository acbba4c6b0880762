import type { Entry } from '../raft/entry.ts';
import type { HardState } from '../raft/hard-state.ts';
import type { Index, LogPosition } from '../raft/ids.ts';
import type { Identity } from './identity.ts';
import type { TermRun } from '../raft/log/term-runs.ts';
import type { Done } from './outcome.ts';

/** One durable step of the log. The parts are written together or not at all. */
export interface LogBatch {
  readonly identity?: Identity;
  readonly hardState?: HardState;
  /** Replaces everything at or above `entries[0].index`; must continue the log without a gap. */
  readonly entries: readonly Entry[];
}

/** What the entries after the base and through `through` count for. */
export interface LogMark {
  readonly through: Index;
  readonly bytes: number;
}

/** What `open` found. */
export interface StoredLog {
  readonly identity: Identity | undefined;
  readonly hardState: HardState | undefined;
  /** The position before the first entry; index and term 0 for a log that was never compacted. */
  readonly base: LogPosition;
  /** The terms of all entries after `base`, in runs; checked to be contiguous. */
  readonly terms: readonly TermRun[];
  /** The last entry's index; `base.index` when there is none. */
  readonly last: Index;
  /** What all entries count for, in `entryBytes`. */
  readonly bytes: number;
  /** At some of the entries, oldest first: as many as the store has at hand, or none. */
  readonly marks: readonly LogMark[];
}

/**
 * The durable log of one member: entries, hard state and identity.
 *
 * Nothing is done until the synced write behind it returned. One call at a time, but for reads:
 * the next write may start only when the previous one is done. After an error every call fails
 * until the store has been closed and opened again.
 */
export interface LogStore {
  /**
   * Checks that the log is contiguous, and all checksums unless it is known to be as it was closed;
   * returns its outline.
   */
  open(done: Done<StoredLog>): void;
  /** One synced batch. */
  append(batch: LogBatch, done: Done<void>): void;
  /** Entries after `after`, in order, at least one if there is one, up to `bytesMax`. None: compacted, or the end. */
  read(after: Index, bytesMax: number, done: Done<readonly Entry[]>): void;
  /** Forgets entries up to and including `through`. Durable before done, safe to repeat. */
  compact(through: LogPosition, done: Done<void>): void;
  /** Forgets all entries; the log begins after `base`. Hard state and identity stay. */
  reset(base: LogPosition, done: Done<void>): void;
  /** Lets go of the directory, in whatever state. Waits for what runs; no callback of an earlier call comes after `done`. Safe to repeat. */
  close(done: Done<void>): void;
}
