import { createLeaderCommits } from '../evidence/leader-commits.ts';
import { Violation, type Property } from './property.ts';

const NAME = 'leaders commit entries of their own term';

/**
 * A leader counts members for entries of its own term only; those of earlier terms are committed
 * along with them. An entry of an earlier term may be on a majority and still be overwritten.
 */
export const commitsOwnTerm: Property = {
  name: NAME,
  source: 'Raft paper §5.4.2, Figure 8',
  watch() {
    const commits = createLeaderCommits();
    return (observation) => {
      const commit = commits.follow(observation);
      if (commit === undefined || commit.position.term === commit.term) return;
      const { term, position, directory } = commit;
      throw new Violation(
        NAME,
        `${directory}, the leader of term ${term}, committed up to entry ${position.index} of term ${position.term}`,
        [directory],
      );
    };
  },
};
