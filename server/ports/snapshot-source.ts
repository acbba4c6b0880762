import type { SnapshotPosition } from '../raft/snapshot-position.ts';
import type { Done } from './outcome.ts';
import type { StateHash } from './state-hash.ts';

/** A snapshot being read, chunk by chunk. */
export interface SnapshotSource {
  readonly position: SnapshotPosition;
  /** Of all its rows; left out when whoever sends it does not say. */
  readonly hash?: StateHash | undefined;
  /** The next chunk; `undefined` at the end. One call at a time. */
  next(done: Done<Uint8Array | undefined>): void;
  /** Frees it. No callback comes after. Safe to repeat. */
  close(): void;
}
