import { describeProperty } from './cases.contract.ts';
import { oneVotePerTerm } from './one-vote-per-term.ts';
import {
  durable,
  persist,
  received,
  replaced,
  send,
  stepped,
  voteReply,
} from './testing/observations.ts';

const arrives = (at: number, from: number, term: number): ReturnType<typeof stepped> =>
  stepped({ id: at, term }, [], received(voteReply(from, at, term)));

describeProperty(oneVotePerTerm, {
  breaks: {
    'two grants in one term': [
      stepped({ id: 1, term: 2 }, [send(voteReply(1, 2, 2))]),
      stepped({ id: 1, term: 2, incarnation: 2 }, [send(voteReply(1, 3, 2))]),
    ],
    'two grants that reach their candidates': [arrives(2, 1, 2), arrives(3, 1, 2)],
    'a grant, and another vote on disk': [arrives(2, 1, 2), durable(1, [1], { term: 2, vote: 1 })],
    'a vote replaced on disk': [
      durable(1, [1], { term: 2, vote: 2 }),
      durable(1, [1], { term: 2, vote: 3 }),
    ],
  },
  holds: {
    'one grant, sent again': [
      arrives(2, 1, 2),
      arrives(2, 1, 2),
      durable(1, [1], { term: 2, vote: 2 }),
    ],
    refusals: [
      stepped({ id: 1, term: 2 }, [send(voteReply(1, 2, 2, false))]),
      stepped({ id: 1, term: 2 }, [send(voteReply(1, 3, 2))]),
    ],
    'votes in different terms': [arrives(2, 1, 2), arrives(3, 1, 3)],
    'a vote that was forgotten in a crash before it was written': [
      stepped({ id: 1, term: 2 }, [persist([], { thenSend: [voteReply(1, 2, 2)] })]),
      stepped({ id: 1, term: 2, incarnation: 2 }, [send(voteReply(1, 3, 2))]),
    ],
    'a member put back to before its vote': [
      durable(1, [1], { term: 2, vote: 2 }),
      replaced(1, 'olderCopy'),
      durable(1, [1], { term: 2, vote: 3 }),
    ],
  },
});
