import type { SnapshotPosition } from '../raft/snapshot-position.ts';
import type { Done } from './outcome.ts';
import type { StateHash } from './state-hash.ts';
import type { SnapshotSource } from './snapshot-source.ts';

/** Rows to write; `undefined` deletes. Keys are compared byte by byte of their UTF-8. */
export type Rows = ReadonlyMap<string, Uint8Array | undefined>;

/** Where the durable state stands. */
export interface StatePosition extends SnapshotPosition {
  /** True until the first write after a snapshot install: then the log may end before `index`. */
  readonly installed: boolean;
}

/** A snapshot received whole, set aside, not yet in force. */
export interface StagedSnapshot {
  readonly position: SnapshotPosition;
  /** Frees it; after `install` this does nothing. */
  discard(): void;
}

/** A look at everything that a store has on disk, piece by piece, so that it can be spread out in time. */
export interface Scrub {
  /** Looks at the next piece; how many bytes that were, `undefined` at the end. One call at a time. */
  next(done: Done<number | undefined>): void;
  /** Ends it. No callback comes after. Safe to repeat. */
  close(): void;
}

/**
 * The durable replicated state of one member: rows, and the log position they stand for, always
 * written together. One write at a time; after an error every call but `close` fails.
 */
export interface StateStore {
  /** An empty store stands at index 0, in the empty configuration. */
  open(done: Done<StatePosition>): void;
  /** The durable value of a row. Synchronous: apply is. Throws StorageError `corrupt` on a bad checksum. */
  get(key: string): Uint8Array | undefined;
  /** Durable rows with this prefix, in key order, after `after` when given. */
  range(
    prefix: string,
    after?: string,
  ): IterableIterator<readonly [key: string, value: Uint8Array]>;
  /** The hash of all durable rows, as it follows from what was written; not while a write runs. */
  hash(): StateHash;
  /** One synced batch of rows and the position they bring the state to. */
  write(rows: Rows, position: SnapshotPosition, done: Done<void>): void;
  /** A consistent view of what is durable now. The caller closes it. */
  snapshot(): SnapshotSource;
  /**
   * Looks for rot: whether what is on disk now is what was written. The caller closes it. Every
   * finding is a StorageError `corrupt`.
   */
  scrub(): Scrub;
  /** Pulls `source` to its end and sets the rows aside; fails if they have another hash than it says. */
  stage(source: SnapshotSource, done: Done<StagedSnapshot>): void;
  /** Replaces all rows and the position by the staged ones, atomically. */
  install(staged: StagedSnapshot, done: Done<void>): void;
  /** As `LogStore.close`. Staged snapshots and snapshots being read are lost. */
  close(done: Done<void>): void;
}
