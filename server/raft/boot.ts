import type { Entry } from './entry.ts';
import type { HardState } from './hard-state.ts';
import type { Index, LogPosition, MemberId } from './ids.ts';
import type { SnapshotPosition } from './snapshot-position.ts';
import type { TermRun } from './log/term-runs.ts';

/** What a core starts from: everything its member has on disk. */
export interface Boot {
  readonly id: MemberId;
  readonly hardState: HardState;
  /** Where the durable state stands; committed, and applied. Index 0 and {@link EMPTY_CONFIGURATION} at first. */
  readonly state: SnapshotPosition;
  /** Outline of the log: `base` at or before `state`, `last` at or behind it. */
  readonly log: {
    readonly base: LogPosition;
    readonly terms: readonly TermRun[];
    readonly last: Index;
  };
  /** Every entry behind `state`, in order. */
  readonly entries: readonly Entry[];
  /** Any safe integer; draws election timeouts. Members need different ones. */
  readonly seed: number;
}
