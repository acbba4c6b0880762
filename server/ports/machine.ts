import type { Rows } from './state-store.ts';
import type { Index } from '../raft/ids.ts';
import type { Push } from '../state/resources/push.ts';

/** Reads the current value of a row: what was applied so far, durable or not. */
export type ReadRow = (key: string) => Uint8Array | undefined;

/**
 * Lists the current rows with this prefix, in key order, after `after` when given. Take what you need
 * before the next turn: rows applied meanwhile show in part.
 */
export type ReadRange = (
  prefix: string,
  after?: string,
) => Iterable<readonly [key: string, value: Uint8Array]>;

/** What applying one command did. */
export interface Applied {
  readonly rows: Rows;
  /** The answer to whoever proposed it. */
  readonly reply: Uint8Array;
  /** The state as it is after it is to be compared with that of other members. */
  readonly check?: true;
  /** What brokers are to be told of, in this order; those of later commands come after. */
  readonly pushes?: readonly Push[];
}

/**
 * Why this program cannot go on from a state, for the person who has to do something about it;
 * undefined when it can. Looked at before anything is applied to rows that were found or installed.
 */
export type StateProblem = (read: ReadRow) => string | undefined;

/** The replicated state machine: a pure function, the same on every member. */
export type Machine = (
  read: ReadRow,
  command: Uint8Array,
  index: Index,
  range: ReadRange,
) => Applied;
