import type { Entry } from '../../raft/entry.ts';
import { advance, type Index, type Term } from '../../raft/ids.ts';
import { baseOf, lastIndexOf, termAt } from '../../raft/log/log.ts';
import { isEqual } from '../evidence/bytes.ts';
import { createPerCore } from '../evidence/per-core.ts';
import { Violation, type Property } from './property.ts';
import { storedTermAt } from '../evidence/stored-log.ts';

const NAME = 'log matching';

/** What is known of the entry at one index and term, wherever it stands. */
interface Known {
  /** The term of the entry before it: so that logs equal here are equal all the way back. */
  readonly previousTerm: Term;
  /** As first seen in a log; undefined while only its place in an outline was. */
  entry: Entry | undefined;
}

/**
 * If two logs contain an entry with the same index and term, then the logs are identical in all
 * entries up through it: the entry is the same, and so is the term of the one before, by which the
 * claim holds for that one too. Checked where logs change, in memory and on disk, at their ends.
 */
export const logMatching: Property = {
  name: NAME,
  source: 'Raft paper §5.3, Figure 3',
  watch() {
    const known = new Map<Term, Map<Index, Known>>();
    const cores = createPerCore(() => ({ last: 0, term: 0 }));

    const check = (
      directory: string,
      index: Index,
      term: Term,
      previousTerm: Term,
      entry: Entry | undefined,
    ): void => {
      let ofTerm = known.get(term);
      if (ofTerm === undefined) known.set(term, (ofTerm = new Map<Index, Known>()));
      const before = ofTerm.get(index);
      if (before === undefined) {
        ofTerm.set(index, { previousTerm, entry });
        return;
      }
      const where = `entry ${index} of term ${term}`;
      if (before.previousTerm !== previousTerm) {
        throw new Violation(
          NAME,
          `${where} stands behind one of term ${previousTerm} in ${directory}, elsewhere behind one of term ${before.previousTerm}`,
          [directory],
        );
      }
      if (entry === undefined) return;
      if (before.entry === undefined) before.entry = entry;
      else if (before.entry.kind !== entry.kind || !isEqual(before.entry.data, entry.data)) {
        throw new Violation(NAME, `${where} is another one in ${directory} than elsewhere`, [
          directory,
        ]);
      }
    };

    return (observation) => {
      cores.follow(observation);
      if (observation.kind === 'durable') {
        const { directory, log } = observation;
        if (log.last === log.base.index) return;
        const term = storedTermAt(log, log.last);
        const previousTerm = storedTermAt(log, advance(log.last, -1));
        if (term !== undefined && previousTerm !== undefined) {
          check(directory, log.last, term, previousTerm, undefined);
        }
        return;
      }
      if (observation.kind !== 'stepped') return;
      const { actor, effects, raft } = observation;
      for (const effect of effects) {
        const first = effect.kind === 'persist' ? effect.entries[0] : undefined;
        if (effect.kind !== 'persist' || first === undefined) continue;
        let previousTerm = termAt(raft.log, advance(first.index, -1));
        for (const entry of effect.entries) {
          if (previousTerm !== undefined) {
            check(actor.directory, entry.index, entry.term, previousTerm, entry);
          }
          previousTerm = entry.term;
        }
      }
      // The end of the log in memory: what was persisted may not be what is remembered.
      const last = lastIndexOf(raft.log);
      const term = termAt(raft.log, last);
      const core = cores.of(actor);
      if (term === undefined || (core.last === last && core.term === term)) return;
      core.last = last;
      core.term = term;
      const previousTerm =
        last > baseOf(raft.log).index ? termAt(raft.log, advance(last, -1)) : undefined;
      if (previousTerm !== undefined) check(actor.directory, last, term, previousTerm, undefined);
    };
  },
};
