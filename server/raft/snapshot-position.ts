import type { Configuration } from './membership/configuration.ts';
import type { Index, Term } from './ids.ts';

/** What a snapshot, or the durable state of a member, stands for in the log. */
export interface SnapshotPosition {
  /** The last entry it contains. */
  readonly index: Index;
  readonly term: Term;
  /** The configuration in force at `index`, and the entry it came from. */
  readonly configuration: Configuration;
  readonly configurationIndex: Index;
}
