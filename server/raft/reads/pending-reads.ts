import type { Index, MemberId } from '../ids.ts';

/** A read that waits until the leader knows that it still led when the read arrived. */
export interface PendingRead {
  readonly context: number;
  /** The follower that asked; undefined for this member's own. */
  readonly from: MemberId | undefined;
  /** What was committed when it arrived. */
  readonly index: Index;
  /** The first heartbeat round begun after it arrived. */
  readonly round: number;
}

/** Heartbeat rounds of one term, and the reads that ride on them. */
export interface PendingReads {
  /** The last round begun. Counts up within the term, hence (term, round) is never used twice. */
  round: number;
  /** When rounds began, oldest first, for as long as a lease could rest on them. */
  readonly starts: { readonly round: number; readonly atMs: number }[];
  /** In order of arrival, hence of rounds. */
  waiting: PendingRead[];
}

/** Of a term that begins: no round, no read. */
export const createPendingReads = (): PendingReads => ({ round: 0, starts: [], waiting: [] });
