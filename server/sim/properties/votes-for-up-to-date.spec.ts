import type { Message } from '../../raft/message.ts';
import { describeProperty } from './cases.contract.ts';
import {
  header,
  persist,
  position,
  received,
  send,
  stepped,
  voteReply,
} from './testing/observations.ts';
import { votesForUpToDate } from './votes-for-up-to-date.ts';

const vote = (index: number, term: number): Message => ({
  kind: 'vote',
  ...header(2, 1, 4),
  last: position(index, term),
  transfer: false,
});
const preVote = (index: number, term: number): Message => ({
  kind: 'preVote',
  ...header(2, 1, 4),
  last: position(index, term),
});
const preVoteReply: Message = { kind: 'preVoteReply', ...header(1, 2, 4), granted: true };

/** The log of the voter ends at 3 of term 2. */
const answers = (message: Message, granted = true): ReturnType<typeof stepped> =>
  stepped(
    { term: 4, terms: [1, 2, 2] },
    [persist([], { thenSend: [voteReply(1, 2, 4, granted)] })],
    received(message),
  );

describeProperty(votesForUpToDate, {
  breaks: {
    'a vote for a shorter log': [answers(vote(2, 2))],
    'a vote for a longer log of an earlier term': [answers(vote(9, 1))],
    'a pre-vote for a shorter log': [
      stepped({ term: 3, terms: [1, 2, 2] }, [send(preVoteReply)], received(preVote(2, 2))),
    ],
  },
  holds: {
    'a vote for an equal log': [answers(vote(3, 2))],
    'a vote for a shorter log of a later term': [answers(vote(1, 3))],
    'a refusal': [answers(vote(2, 2), false)],
  },
});
