import { acknowledgedIsDurable } from './acknowledged-is-durable.ts';
import { describeProperty } from './cases.contract.ts';
import {
  accepted,
  durable,
  leader,
  leaderWith,
  persist,
  persisted,
  received,
  replaced,
  send,
  stepped,
  voteReply,
} from './testing/observations.ts';

const terms = [1, 2, 2];
const promise = stepped({ id: 2, term: 2, terms }, [
  persist([], { thenSend: [accepted(2, 1, 2, 3)], sequence: 4 }),
]);
const done = stepped({ id: 2, term: 2, terms }, [], persisted(4));
const arrives = stepped(
  { id: 1, term: 2, terms, role: leader(2) },
  [],
  received(accepted(2, 1, 2, 3)),
);
const voteArrives = stepped({ id: 1, term: 2, terms }, [], received(voteReply(2, 1, 2)));

describeProperty(acknowledgedIsDurable, {
  breaks: {
    'an acknowledgement sent at once': [
      durable(2, [1]),
      stepped({ id: 2, term: 2, terms }, [send(accepted(2, 1, 2, 3))]),
    ],
    'a vote sent at once': [
      durable(2, [1], { term: 1 }),
      stepped({ id: 2, term: 2 }, [send(voteReply(2, 1, 2))]),
    ],
    'a vote for another on disk': [
      durable(2, [1], { term: 2, vote: 3 }),
      stepped({ id: 2, term: 2 }, [send(voteReply(2, 1, 2))]),
    ],
    'a persist completed before its time': [durable(2, [1, 2]), promise, done],
    'an acknowledgement that arrives before the entry is on disk': [durable(2, [1, 2]), arrives],
    'a vote that arrives before it is on disk': [durable(2, [1, 2]), voteArrives],
    'a leader that counts itself too soon': [
      durable(1, [1, 2]),
      stepped({ id: 1, term: 2, terms, role: leaderWith(2, { 1: 3 }) }, [], persisted(1)),
    ],
    'an acknowledgement of what an older copy had': [
      durable(2, terms),
      replaced(2, 'olderCopy'),
      durable(2, [1]),
      stepped({ id: 2, term: 2, terms }, [send(accepted(2, 1, 2, 3))]),
    ],
  },
  holds: {
    'an acknowledgement of what is on disk': [
      durable(2, [1, 2]),
      promise,
      durable(2, terms),
      done,
      arrives,
    ],
    'a vote that is on disk': [
      durable(2, [1], { term: 2, vote: 1 }),
      stepped({ id: 2, term: 2 }, [send(voteReply(2, 1, 2))]),
      voteArrives,
    ],
    'refusals and pre-votes': [
      durable(2, [1], { term: 1 }),
      stepped({ id: 2, term: 2 }, [
        send(voteReply(2, 1, 2, false)),
        send({ ...voteReply(2, 1, 2), kind: 'preVoteReply', granted: true }),
      ]),
    ],
    'an acknowledgement that arrives after a later leader replaced the entry': [
      durable(2, [1, 3], { term: 3 }),
      arrives,
    ],
    'an acknowledgement from before an older copy was put back': [
      durable(2, terms),
      replaced(2, 'olderCopy'),
      durable(2, [1], { term: 2 }),
      arrives,
    ],
    'a leader that counts itself for less than it has': [
      durable(1, [1, 2]),
      stepped({ id: 1, term: 2, terms, role: leaderWith(2, { 1: 2 }) }, [], persisted(1)),
    ],
  },
});
