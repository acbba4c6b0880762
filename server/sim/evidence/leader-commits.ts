import type { Configuration } from '../../raft/membership/configuration.ts';
import type { Index, LogPosition, Term } from '../../raft/ids.ts';
import { termAt } from '../../raft/log/log.ts';
import { placedOf } from '../../raft/raft.ts';
import type { Observation } from '../observation.ts';
import { createPerCore } from './per-core.ts';

/** A leader moved its commit index. */
export interface LeaderCommit {
  /** The term it leads. */
  readonly term: Term;
  /** The last entry that is committed now. */
  readonly position: LogPosition;
  /** What was in force when it was decided: before the step, which may have put the next in force. */
  readonly configuration: Configuration;
  readonly directory: string;
}

/** Finds the steps in which a leader commits something, rather than a follower hearing of it. */
export interface LeaderCommits {
  /** To be told of every observation. */
  follow(observation: Observation): LeaderCommit | undefined;
}

interface Before {
  /** Undefined in the first step: then nothing is known to have changed. */
  commit: Index | undefined;
  ledTerm: Term | undefined;
  configuration: Configuration | undefined;
}

/** No core has been seen yet. */
export function createLeaderCommits(): LeaderCommits {
  const cores = createPerCore((): Before => ({
    commit: undefined,
    ledTerm: undefined,
    configuration: undefined,
  }));
  return {
    follow(observation) {
      cores.follow(observation);
      if (observation.kind !== 'stepped') return undefined;
      const { actor, raft } = observation;
      const core = cores.of(actor);
      const { commit, ledTerm, configuration } = core;
      const { term } = raft.hardState;
      const leads = raft.role.kind === 'leader';
      core.commit = raft.commit;
      core.ledTerm = leads ? term : undefined;
      core.configuration = placedOf(raft).configuration;
      // A leader that commits its own removal is none any more when the step ends.
      if (!leads && ledTerm !== term) return undefined;
      if (commit === undefined || configuration === undefined || raft.commit <= commit)
        return undefined;
      const committedTerm = termAt(raft.log, raft.commit);
      if (committedTerm === undefined) return undefined;
      const position = { index: raft.commit, term: committedTerm };
      return { term, position, configuration, directory: actor.directory };
    },
  };
}
