import type { Term } from '../../raft/ids.ts';
import type { Actor } from '../observation.ts';
import { Violation, type Property } from './property.ts';

const NAME = 'election safety';

/**
 * At most one leader can be elected in a given term. One start of one directory, to be exact: who
 * led a term before a restart has no claim to it afterwards, unless its directory was put back to
 * what it was before the election.
 */
export const electionSafety: Property = {
  name: NAME,
  source: 'Raft paper §5.2, Figure 3',
  watch() {
    const leaders = new Map<Term, Actor>();
    const replaced = new Set<string>();
    return (observation) => {
      if (observation.kind === 'replaced') replaced.add(observation.directory);
      if (observation.kind !== 'stepped' || observation.raft.role.kind !== 'leader') return;
      const { actor } = observation;
      const { term } = observation.raft.hardState;
      const known = leaders.get(term);
      if (known?.directory === actor.directory && known.incarnation === actor.incarnation) return;
      if (
        known === undefined ||
        (known.directory === actor.directory && replaced.has(actor.directory))
      ) {
        leaders.set(term, actor);
        return;
      }
      throw new Violation(NAME, `term ${term} has two leaders: ${name(known)} and ${name(actor)}`, [
        known.directory,
        actor.directory,
      ]);
    };
  },
};

const name = ({ directory, incarnation }: Actor): string => `${directory} (start ${incarnation})`;
