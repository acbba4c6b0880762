import type { Configuration } from '../../raft/membership/configuration.ts';
import { describeProperty } from './cases.contract.ts';
import { configurationsOverlap } from './configurations-overlap.ts';
import { configuration, entry, leader, persist, placed, stepped } from './testing/observations.ts';

const appended = (before: Configuration, after: Configuration): ReturnType<typeof stepped> =>
  stepped(
    {
      term: 2,
      terms: [2, 2],
      role: leader(1),
      configurations: [placed(0, before), placed(2, after)],
    },
    [persist([entry(2, 2, 'configuration')])],
  );

describeProperty(configurationsOverlap, {
  breaks: {
    'two voters more without a joint phase': [
      appended(configuration([1, 2, 3]), configuration([1, 2, 3, 4, 5])),
    ],
    'a voter replaced without a joint phase': [
      appended(configuration([1, 2, 3]), configuration([1, 2, 4])),
    ],
    'a joint phase with the wrong outgoing voters': [
      appended(configuration([1, 2, 3]), configuration([3, 4, 5], { outgoing: [4, 5] })),
    ],
  },
  holds: {
    'one voter more': [appended(configuration([1, 2, 3]), configuration([1, 2, 3, 4]))],
    'a joint phase': [
      appended(configuration([1, 2, 3]), configuration([3, 4, 5], { outgoing: [1, 2, 3] })),
    ],
    'its end': [
      appended(configuration([3, 4, 5], { outgoing: [1, 2, 3] }), configuration([3, 4, 5])),
    ],
    'other learners': [
      appended(configuration([1, 2, 3]), configuration([1, 2, 3], { learners: [4, 5, 6] })),
    ],
  },
});
