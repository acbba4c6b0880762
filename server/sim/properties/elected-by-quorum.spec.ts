import { describeProperty } from './cases.contract.ts';
import { electedByQuorum } from './elected-by-quorum.ts';
import {
  configuration,
  durable,
  leader,
  placed,
  received,
  stepped,
  voteReply,
} from './testing/observations.ts';

const campaigns = (id: number, term: number): ReturnType<typeof durable> =>
  durable(id, [1], { term, vote: id });
const votes = (
  from: number,
  to: number,
  term: number,
  granted = true,
): ReturnType<typeof stepped> =>
  stepped({ id: to, term }, [], received(voteReply(from, to, term, granted)));
const leads = (
  id: number,
  term: number,
  of = configuration([1, 2, 3]),
): ReturnType<typeof stepped> =>
  stepped({ id, term, role: leader(1), configurations: [placed(0, of)] });

describeProperty(electedByQuorum, {
  breaks: {
    'a leader by its own vote alone': [campaigns(1, 2), leads(1, 2)],
    'its own vote before it is on disk': [
      durable(1, [1], { term: 1 }),
      votes(2, 1, 2),
      leads(1, 2),
    ],
    'votes of another term': [campaigns(1, 2), votes(2, 1, 2), campaigns(1, 3), leads(1, 3)],
    'votes for another': [campaigns(1, 2), votes(2, 3, 2), leads(1, 2)],
    'a refusal': [campaigns(1, 2), votes(2, 1, 2, false), leads(1, 2)],
    'the vote of a learner': [
      campaigns(1, 2),
      votes(4, 1, 2),
      leads(1, 2, configuration([1, 2, 3], { learners: [4] })),
    ],
    'a majority of the incoming voters only': [
      campaigns(1, 2),
      votes(2, 1, 2),
      leads(1, 2, configuration([1, 2, 3], { outgoing: [1, 4, 5] })),
    ],
  },
  holds: {
    'two votes of three': [campaigns(1, 2), votes(2, 1, 2), leads(1, 2), leads(1, 2)],
    'a single voter': [campaigns(1, 2), leads(1, 2, configuration([1]))],
    'majorities of both sets of voters': [
      campaigns(1, 2),
      votes(2, 1, 2),
      votes(4, 1, 2),
      leads(1, 2, configuration([1, 2, 3], { outgoing: [1, 4, 5] })),
    ],
  },
});
