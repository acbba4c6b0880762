import { checkConfiguration, type Configuration } from './membership/configuration.ts';
import { isRecord } from './given.ts';
import { isCount, isTerm, type Index, type Term } from './ids.ts';
import { invariant } from './invariant.ts';

/** What a snapshot, or the durable state of a member, stands for in the log. */
export interface SnapshotPosition {
  /** The last entry it contains. */
  readonly index: Index;
  readonly term: Term;
  /** The configuration in force at `index`, and the entry it came from. */
  readonly configuration: Configuration;
  readonly configurationIndex: Index;
}

/** Refuses a position that no state could ever have. */
export function checkSnapshotPosition(position: SnapshotPosition): void {
  const given: unknown = position;
  invariant(isRecord(given), 'a state has a position', { position });
  const { index, term, configuration, configurationIndex } = position;
  invariant(
    isCount(index) && isTerm(term) && isCount(configurationIndex),
    'a state stands at an index, in a term, and has its configuration from an index',
    { index, term, configurationIndex },
  );
  invariant(configurationIndex <= index, 'a state holds the entry its configuration came from', {
    index,
    configurationIndex,
  });
  checkConfiguration(configuration);
}
