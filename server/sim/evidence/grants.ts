import type { Effect } from '../../raft/effect.ts';
import type { MemberId } from '../../raft/ids.ts';
import type { Message } from '../../raft/message.ts';

/** Whether a vote or a pre-vote is granted to `candidate` by these effects, at once or when durable. */
export function isGranted(effects: readonly Effect[], candidate: MemberId): boolean {
  const isGrant = (message: Message): boolean =>
    (message.kind === 'voteReply' || message.kind === 'preVoteReply') &&
    message.granted &&
    message.to === candidate;
  return effects.some((effect) => {
    if (effect.kind === 'send') return isGrant(effect.message);
    return effect.kind === 'persist' && effect.thenSend.some(isGrant);
  });
}
