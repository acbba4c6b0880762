import { advance, ORIGIN, type LogPosition, type Term } from '../../raft/ids.ts';
import { termAt } from '../../raft/log/log.ts';
import { createLeaderCommits } from '../evidence/leader-commits.ts';
import { createLineage } from '../evidence/lineage.ts';
import { createPerCore } from '../evidence/per-core.ts';
import { Violation, type Property } from './property.ts';

const NAME = 'leader completeness';

/** A leader, and what its log was when it was elected. */
interface Elected {
  readonly term: Term;
  readonly directory: string;
  /** The end of its log before its own first entry. */
  readonly last: LogPosition;
}

/** The last entry that the leader of a term has committed so far. */
interface Committed {
  readonly term: Term;
  readonly position: LogPosition;
}

/**
 * If an entry is committed in a given term, then it is present in the logs of the leaders of all
 * later terms; whether it is committed before they are elected or, by a leader that does not know of
 * them yet, afterwards.
 */
export const leaderCompleteness: Property = {
  name: NAME,
  source: 'Raft paper §5.4, Figure 3',
  watch() {
    const lineage = createLineage();
    /** By term. */
    const elected: Elected[] = [];
    const committed = new Map<Term, Committed>();
    const commits = createLeaderCommits();
    const cores = createPerCore((): { ledTerm: Term | undefined } => ({ ledTerm: undefined }));

    const elect = (leader: Elected): void => {
      lineage.begin(leader.term, leader.last);
      elected.push(leader);
      elected.sort((a, b) => a.term - b.term);
      for (const one of committed.values()) check(leader, one);
    };

    const commit = (one: Committed): void => {
      committed.set(one.term, one);
      for (let at = elected.length - 1; at >= 0; at--) {
        const leader = elected[at];
        if (leader === undefined || leader.term <= one.term) return;
        check(leader, one);
      }
    };

    const check = (leader: Elected, { term, position }: Committed): void => {
      if (term >= leader.term || lineage.leadsTo(leader.last, position)) return;
      throw new Violation(
        NAME,
        `entry ${position.index} of term ${position.term}, committed in term ${term}, is not in the log of the leader of term ${leader.term}, which ended at ${leader.last.index} of term ${leader.last.term}`,
        [leader.directory],
      );
    };

    return (observation) => {
      cores.follow(observation);
      const committing = commits.follow(observation);
      if (observation.kind !== 'stepped') return;
      const { actor, raft } = observation;
      const { role, log } = raft;
      const { term } = raft.hardState;
      if (role.kind === 'leader') {
        const core = cores.of(actor);
        if (core.ledTerm !== term) {
          core.ledTerm = term;
          const index = advance(role.firstIndex, -1);
          const last = { index, term: termAt(log, index) ?? ORIGIN.term };
          elect({ term, directory: actor.directory, last });
        }
      }
      if (committing !== undefined) commit(committing);
    };
  },
};
