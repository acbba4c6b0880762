import type { Entry } from '../../raft/entry.ts';
import type { Index, Term } from '../../raft/ids.ts';
import { isEqual } from '../evidence/bytes.ts';
import { Violation, type Property } from './property.ts';

const NAME = 'state machine safety';

/** What some member applied at an index, and the state it had then. */
interface Applied {
  readonly term: Term;
  /** Undefined while it is known from a snapshot only. */
  readonly entry: Entry | undefined;
  readonly stateHash: string;
  readonly directory: string;
}

/**
 * If a member has applied an entry at a given index, no other member will ever apply a different
 * one there; and since applying is the same everywhere, members that have applied as much are in
 * equal states, by whatever way they came there.
 */
export const stateMachineSafety: Property = {
  name: NAME,
  source: 'Raft paper §5.4.3, Figure 3',
  watch() {
    const known = new Map<Index, Applied>();

    const check = (index: Index, applied: Applied): void => {
      const before = known.get(index);
      if (before === undefined) {
        known.set(index, applied);
        return;
      }
      const fail = (what: string): never => {
        throw new Violation(NAME, `at index ${index}, ${what}`, [
          before.directory,
          applied.directory,
        ]);
      };
      if (before.term !== applied.term) {
        fail(
          `${before.directory} applied term ${before.term}, ${applied.directory} term ${applied.term}`,
        );
      }
      if (before.stateHash !== applied.stateHash) {
        fail(`${before.directory} and ${applied.directory} came to different states`);
      }
      if (applied.entry === undefined) return;
      if (before.entry === undefined) known.set(index, applied);
      else if (
        before.entry.kind !== applied.entry.kind ||
        !isEqual(before.entry.data, applied.entry.data)
      ) {
        fail(`${before.directory} and ${applied.directory} applied different entries`);
      }
    };

    return (observation) => {
      if (observation.kind === 'applied') {
        const { entry, stateHash, actor } = observation;
        check(entry.index, { term: entry.term, entry, stateHash, directory: actor.directory });
      } else if (observation.kind === 'restored') {
        const { position, stateHash, actor } = observation;
        check(position.index, {
          term: position.term,
          entry: undefined,
          stateHash,
          directory: actor.directory,
        });
      }
    };
  },
};
