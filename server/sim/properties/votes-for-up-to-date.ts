import type { LogPosition } from '../../raft/ids.ts';
import { lastOf } from '../../raft/log/log.ts';
import { isGranted } from '../evidence/grants.ts';
import { Violation, type Property } from './property.ts';

const NAME = 'votes go to logs that are up to date';

/** A member grants a vote, or promises one, only to a candidate whose log ends at or behind its own. */
export const votesForUpToDate: Property = {
  name: NAME,
  source: 'Raft paper §5.4.1; etcd-io/raft tla/etcdraft.tla, MoreUpToDateCorrectInv',
  watch() {
    return (observation) => {
      if (observation.kind !== 'stepped' || observation.input.kind !== 'message') return;
      const { message } = observation.input;
      if (message.kind !== 'vote' && message.kind !== 'preVote') return;
      const { actor, effects, raft } = observation;
      const own = lastOf(raft.log);
      if (isUpToDate(message.last, own) || !isGranted(effects, message.from)) return;
      throw new Violation(
        NAME,
        `${actor.directory}, whose log ends at ${own.index} of term ${own.term}, granted a ${message.kind} to member ${message.from}, whose log ends at ${message.last.index} of term ${message.last.term}`,
        [actor.directory],
      );
    };
  },
};

// Again here, for it is what is judged.
const isUpToDate = (candidate: LogPosition, voter: LogPosition): boolean =>
  candidate.term === voter.term ? candidate.index >= voter.index : candidate.term > voter.term;
