import { describeProperty } from './cases.contract.ts';
import { committedIsDurable } from './committed-is-durable.ts';
import {
  configuration,
  durable,
  leader,
  placed,
  replaced,
  stepped,
} from './testing/observations.ts';

const commits = (
  commit: number,
  configurations = [placed(0, configuration([1, 2, 3]))],
): ReturnType<typeof stepped> =>
  stepped({ term: 2, terms: [1, 2], commit, role: leader(2), configurations });

const withLearner = [placed(0, configuration([1, 2, 3], { learners: [4] }))];
const joint = [placed(0, configuration([1, 2, 3], { outgoing: [1, 4, 5] }))];

describeProperty(committedIsDurable, {
  breaks: {
    'an entry on one disk of three': [durable(1, [1, 2]), commits(0), commits(2)],
    'an entry that is not on the leader’s disk, and on one other': [
      durable(1, [1]),
      durable(2, [1, 2]),
      commits(0),
      commits(2),
    ],
    'an entry in whose place another disk has another one': [
      durable(1, [1, 2]),
      durable(2, [1, 1]),
      commits(0),
      commits(2),
    ],
    'a leader that leaves office as it commits': [
      durable(1, [1, 2]),
      commits(0),
      stepped({ term: 2, terms: [1, 2], commit: 2 }),
    ],
    'a learner in place of a voter': [
      durable(1, [1, 2]),
      durable(4, [1, 2]),
      commits(0, withLearner),
      commits(2, withLearner),
    ],
    'a majority of the incoming voters only': [
      durable(1, [1, 2]),
      durable(2, [1, 2]),
      commits(0, joint),
      commits(2, joint),
    ],
  },
  holds: {
    'an entry on two disks of three': [
      durable(1, [1, 2]),
      durable(2, [1, 2]),
      commits(0),
      commits(2),
    ],
    'followers only': [durable(2, [1, 2]), durable(3, [1, 2]), commits(0), commits(2)],
    'majorities of both sets of voters': [
      durable(1, [1, 2]),
      durable(2, [1, 2]),
      durable(4, [1, 2]),
      commits(0, joint),
      commits(2, joint),
    ],
    'the configuration after the joint one appended in the same step': [
      durable(1, [1, 2]),
      durable(2, [1, 2]),
      durable(4, [1, 2]),
      commits(0, joint),
      commits(2, [...joint, placed(3, configuration([1, 2, 3]))]),
    ],
    'a disk put back after it had been counted': [
      durable(1, [1, 2]),
      durable(2, [1, 2]),
      replaced(2, 'olderCopy'),
      durable(2, [1]),
      commits(0),
      commits(2),
    ],
    'a leader that hears of a commit by the next': [
      commits(0),
      stepped({ term: 3, terms: [1, 2], commit: 2 }),
    ],
    'a follower that hears of a commit': [
      stepped({ id: 2, term: 2, terms: [1, 2], commit: 0 }),
      stepped({ id: 2, term: 2, terms: [1, 2], commit: 2 }),
    ],
  },
});
