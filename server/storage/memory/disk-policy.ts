import type { Defer } from '../../ports/clock.ts';

/** Which of the two databases of a data directory. */
export type DiskStore = 'log' | 'state';

/** Something a store asks its disk to do. */
export interface DiskOperation {
  readonly store: DiskStore;
  /**
   * `write`: one batch of any kind: appended entries, a compaction, flushed rows, an install.
   * `stage`: one received chunk of a snapshot. `chunk`: one chunk of a snapshot read for sending.
   */
  readonly kind: 'open' | 'read' | 'write' | 'stage' | 'chunk' | 'close';
  readonly bytes: number;
}

/**
 * How an operation ends.
 *
 * - `failed`: an error, and nothing of a write is on disk.
 * - `failedButWritten`: an error, and a write is found at the next open (its bytes went out, its
 *   sync failed), unless the power fails first and takes it along.
 * - `full`: as `failed`, for want of space.
 *
 * For an operation that writes nothing the three differ in the error's code only.
 */
export type DiskFate = 'done' | 'failed' | 'failedButWritten' | 'full';

/** Decides what becomes of every operation of one disk, and when. */
export interface DiskPolicy {
  /**
   * Calls `complete` once, after `submit` has returned; or never: the disk is stuck. A call that
   * comes after a crash of the disk is ignored.
   */
  submit(operation: DiskOperation, complete: (fate: DiskFate) => void): void;
}

/** A disk without faults, as fast as `defer`. */
export const faultless = (defer: Defer): DiskPolicy => ({
  submit: (_operation, complete) => {
    defer(() => {
      complete('done');
    });
  },
});
