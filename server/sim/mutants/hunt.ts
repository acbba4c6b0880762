/** What a hunter is sent out for, and what it comes back with. */

export interface Hunt {
  /** Undefined: the code as it is. */
  readonly mutant: string | undefined;
  /** The first seed, and how many. */
  readonly base: number;
  readonly seeds: number;
  /** Most runs spent on shrinking. */
  readonly shrinkRuns: number;
}

/** A seed in which the bug showed. */
export interface Catch {
  readonly seed: number;
  /** The property, assertion or exception by which it showed. */
  readonly property: string;
  readonly message: string;
  /** Actions of the schedule, as drawn and as shrunk. */
  readonly actionsBefore: number;
  readonly actionsAfter: number;
}

export interface Bag {
  /** Seeds run until the bug showed first. */
  readonly seeds: number;
  /** Undefined: the bug never showed. */
  readonly caught: Catch | undefined;
  /** Everything by which it showed, in the seeds that were looked at. */
  readonly caughtBy: readonly string[];
}
