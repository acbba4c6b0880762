import type { Index } from '../../raft/ids.ts';
import { termAt } from '../../raft/log.ts';
import { createPerCore } from '../per-core.ts';
import { Violation, type Property } from '../property.ts';

const NAME = 'leaders commit entries of their own term';

/**
 * A leader counts members for entries of its own term only; those of earlier terms are committed
 * along with them. An entry of an earlier term may be on a majority and still be overwritten.
 */
export const commitsOwnTerm: Property = {
  name: NAME,
  source: 'Raft paper §5.4.2, Figure 8',
  watch() {
    const cores = createPerCore((): { commit: Index | undefined } => ({ commit: undefined }));
    return (observation) => {
      cores.follow(observation);
      if (observation.kind !== 'stepped') return;
      const { actor, raft } = observation;
      const core = cores.of(actor);
      const before = core.commit;
      core.commit = raft.commit;
      if (raft.role.kind !== 'leader' || before === undefined || raft.commit <= before) return;
      const { term } = raft.hardState;
      const committed = termAt(raft.log, raft.commit);
      if (committed === undefined || committed === term) return;
      throw new Violation(
        NAME,
        `${actor.directory}, the leader of term ${term}, committed up to entry ${raft.commit} of term ${committed}`,
        [actor.directory],
      );
    };
  },
};
