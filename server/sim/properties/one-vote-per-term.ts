import type { Effect } from '../../raft/effect.ts';
import type { MemberId, Term } from '../../raft/ids.ts';
import type { Message } from '../../raft/message.ts';
import { createDurableLogs } from '../evidence/durable-logs.ts';
import { Violation, type Property } from './property.ts';

const NAME = 'one vote per term';

/**
 * A member votes for at most one candidate in a term, whatever restarts lie between. What counts
 * is what leaves the member, or what its disk says: a vote that was never written nor sent may be
 * forgotten. A member whose disk was put back to an older state is excused: it cannot know.
 */
export const oneVotePerTerm: Property = {
  name: NAME,
  source: 'Raft paper §5.2, Figure 2',
  watch() {
    const votes = new Map<MemberId, Map<Term, MemberId>>();
    const logs = createDurableLogs();
    const memberOf = new Map<string, MemberId>();

    const vote = (voter: MemberId, term: Term, candidate: MemberId): void => {
      let ofVoter = votes.get(voter);
      if (ofVoter === undefined) votes.set(voter, (ofVoter = new Map<Term, MemberId>()));
      const before = ofVoter.get(term);
      if (before === undefined) ofVoter.set(term, candidate);
      else if (before !== candidate) {
        const directory = logs.directoryOf(voter);
        throw new Violation(
          NAME,
          `member ${voter} voted for ${before} and for ${candidate} in term ${term}`,
          directory === undefined ? [] : [directory],
        );
      }
    };

    const count = (message: Message): void => {
      if (message.kind !== 'voteReply' || !message.granted) return;
      vote(message.from, message.term, message.to);
    };

    const countSent = (effect: Effect): void => {
      if (effect.kind === 'send') count(effect.message);
    };

    return (observation) => {
      logs.follow(observation);
      if (observation.kind === 'stepped') {
        if (observation.input.kind === 'message') count(observation.input.message);
        observation.effects.forEach(countSent);
      } else if (observation.kind === 'durable') {
        const { identity, hardState } = observation.log;
        if (identity === undefined || hardState?.vote === undefined) return;
        memberOf.set(observation.directory, identity.member);
        vote(identity.member, hardState.term, hardState.vote);
      } else if (observation.kind === 'replaced' && observation.by === 'olderCopy') {
        const member = memberOf.get(observation.directory);
        if (member !== undefined) votes.delete(member);
      }
    };
  },
};
