import type { Configuration } from '../../raft/configuration.ts';
import type { Index, LogPosition } from '../../raft/ids.ts';
import { termAt } from '../../raft/log.ts';
import { placedOf } from '../../raft/raft.ts';
import { createDurableLogs } from '../durable-logs.ts';
import { createPerCore } from '../per-core.ts';
import { Violation, type Property } from '../property.ts';
import { holds } from '../stored-log.ts';
import { hasQuorum } from '../voters.ts';

const NAME = 'committed is durable';

/** What a core was like before the step that is being observed. */
interface Before {
  commit: Index | undefined;
  configuration: Configuration | undefined;
}

/**
 * When a leader commits an entry, a quorum of the configuration in force has it on disk: power
 * loss of everybody, the next moment, would not lose it.
 */
export const committedIsDurable: Property = {
  name: NAME,
  source: 'etcd-io/raft tla/etcdraft.tla, CommittedIsDurableInv; Raft paper §5.3, §6',
  watch() {
    const logs = createDurableLogs();
    const cores = createPerCore((): Before => ({ commit: undefined, configuration: undefined }));

    const hasIt = (directory: string | undefined, position: LogPosition): boolean =>
      // A member that lost it to an older copy had it when it said so.
      directory !== undefined && logs.ever(directory, (log) => holds(log, position));

    return (observation) => {
      logs.follow(observation);
      cores.follow(observation);
      if (observation.kind !== 'stepped') return;
      const { actor, raft } = observation;
      const core = cores.of(actor);
      // A commit may be followed by the next configuration in one step; it did not decide on it.
      const { commit, configuration } = core;
      core.commit = raft.commit;
      core.configuration = placedOf(raft).configuration;
      if (raft.role.kind !== 'leader' || commit === undefined || configuration === undefined)
        return;
      const term = termAt(raft.log, raft.commit);
      if (raft.commit <= commit || term === undefined) return;
      const position = { index: raft.commit, term };
      const directories = new Map(
        configuration.members.map((member) => [member.id, member.directory]),
      );
      if (hasQuorum(configuration, (voter) => hasIt(directories.get(voter), position))) return;
      throw new Violation(
        NAME,
        `entry ${position.index} of term ${position.term} was committed by ${actor.directory}, but is not on the disks of a quorum`,
        [...directories.values()],
      );
    };
  },
};
