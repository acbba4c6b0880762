import type { MemberId, Term } from '../../raft/ids.ts';
import type { Message } from '../../raft/message.ts';
import { placedOf } from '../../raft/raft.ts';
import { createPerCore } from '../evidence/per-core.ts';
import { Violation, type Property } from './property.ts';
import { hasQuorum } from '../evidence/voters.ts';

const NAME = 'leaders are elected by a quorum';

/**
 * A leader has got the votes, given in its term, of a quorum of the configuration in force in its
 * own log; its own is on its disk. Learners, members that were removed, and answers of other elections do not count.
 */
export const electedByQuorum: Property = {
  name: NAME,
  source: 'Raft paper §5.2, §6',
  watch() {
    /** By term, then candidate: who has voted for it. */
    const votes = new Map<Term, Map<MemberId, Set<MemberId>>>();
    const cores = createPerCore((): { ledTerm: Term | undefined } => ({ ledTerm: undefined }));

    const vote = (term: Term, candidate: MemberId, voter: MemberId): void => {
      let ofTerm = votes.get(term);
      if (ofTerm === undefined) votes.set(term, (ofTerm = new Map<MemberId, Set<MemberId>>()));
      const ofCandidate = ofTerm.get(candidate);
      if (ofCandidate === undefined) ofTerm.set(candidate, new Set([voter]));
      else ofCandidate.add(voter);
    };

    const count = (message: Message): void => {
      if (message.kind !== 'voteReply' || !message.granted) return;
      vote(message.term, message.to, message.from);
    };

    return (observation) => {
      cores.follow(observation);
      if (observation.kind === 'durable') {
        const { identity, hardState } = observation.log;
        if (identity === undefined || hardState?.vote !== identity.member) return;
        vote(hardState.term, identity.member, identity.member);
      }
      if (observation.kind !== 'stepped') return;
      const { actor, input, raft } = observation;
      if (input.kind === 'message') count(input.message);
      if (raft.role.kind !== 'leader') return;
      const { term } = raft.hardState;
      const core = cores.of(actor);
      if (core.ledTerm === term) return;
      core.ledTerm = term;
      const voters = votes.get(term)?.get(raft.id);
      if (hasQuorum(placedOf(raft).configuration, (id) => voters?.has(id) ?? false)) return;
      throw new Violation(
        NAME,
        `${actor.directory} leads term ${term} by the votes of ${[...(voters ?? [])].join(', ')} only`,
        [actor.directory],
      );
    };
  },
};
