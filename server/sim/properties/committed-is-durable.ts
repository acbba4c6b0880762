import type { LogPosition } from '../../raft/ids.ts';
import { createDurableLogs } from '../evidence/durable-logs.ts';
import { createLeaderCommits } from '../evidence/leader-commits.ts';
import { Violation, type Property } from './property.ts';
import { holds } from '../evidence/stored-log.ts';
import { hasQuorum } from '../evidence/voters.ts';

const NAME = 'committed is durable';

/**
 * When a leader commits an entry, a quorum of the configuration in force has it on disk: power
 * loss of everybody, the next moment, would not lose it.
 */
export const committedIsDurable: Property = {
  name: NAME,
  source: 'etcd-io/raft tla/etcdraft.tla, CommittedIsDurableInv; Raft paper §5.3, §6',
  watch() {
    const logs = createDurableLogs();
    const commits = createLeaderCommits();

    const hasIt = (directory: string | undefined, position: LogPosition): boolean =>
      // A member that lost it to an older copy had it when it said so.
      directory !== undefined && logs.ever(directory, (log) => holds(log, position));

    return (observation) => {
      logs.follow(observation);
      const commit = commits.follow(observation);
      if (commit === undefined) return;
      const { position, configuration } = commit;
      const directories = new Map(
        configuration.members.map((member) => [member.id, member.directory]),
      );
      if (hasQuorum(configuration, (voter) => hasIt(directories.get(voter), position))) return;
      throw new Violation(
        NAME,
        `entry ${position.index} of term ${position.term} was committed by ${commit.directory}, but is not on the disks of a quorum`,
        [...directories.values()],
      );
    };
  },
};
