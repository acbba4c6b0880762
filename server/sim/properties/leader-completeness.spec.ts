import { describeProperty } from './cases.contract.ts';
import { leaderCompleteness } from './leader-completeness.ts';
import { leader, stepped } from './testing/observations.ts';

const commits = (
  id: number,
  term: number,
  terms: readonly number[],
  first: number,
  commit: number,
): ReturnType<typeof stepped> => stepped({ id, term, terms, commit, role: leader(first) });

describeProperty(leaderCompleteness, {
  breaks: {
    'a later leader that lacks a committed entry': [
      commits(1, 2, [1, 2], 2, 0),
      commits(1, 2, [1, 2], 2, 2),
      commits(2, 3, [1, 3], 2, 0),
    ],
    'a later leader with a shorter log': [
      commits(1, 2, [1, 2, 2], 2, 0),
      commits(1, 2, [1, 2, 2], 2, 3),
      commits(2, 3, [1, 2, 3], 3, 0),
    ],
    'a leader that commits what a later one does not have': [
      commits(1, 2, [1, 2], 2, 0),
      commits(2, 3, [1, 3], 2, 0),
      commits(1, 2, [1, 2], 2, 2),
    ],
    'a leader after the next that lacks an entry': [
      commits(1, 2, [1, 2], 2, 0),
      commits(1, 2, [1, 2], 2, 2),
      commits(2, 3, [1, 2, 3], 3, 0),
      commits(3, 4, [1, 4], 2, 0),
    ],
  },
  holds: {
    'later leaders that have everything': [
      commits(1, 2, [1, 2], 2, 0),
      commits(1, 2, [1, 2], 2, 2),
      commits(2, 3, [1, 2, 3], 3, 0),
      commits(2, 3, [1, 2, 3], 3, 3),
      commits(3, 5, [1, 2, 3, 5], 4, 0),
    ],
    'a later leader that lacks an entry nobody committed': [
      commits(1, 2, [1, 2, 2], 2, 0),
      commits(1, 2, [1, 2, 2], 2, 2),
      commits(2, 3, [1, 2, 3], 3, 0),
    ],
    'a leader of an earlier term, elected late': [
      commits(1, 2, [1, 2], 2, 0),
      commits(3, 4, [1, 2, 4], 3, 0),
      commits(3, 4, [1, 2, 4], 3, 3),
      commits(2, 3, [1, 2, 3], 3, 0),
    ],
    'a restarted leader that knows what was committed': [
      commits(1, 2, [1, 2], 2, 0),
      commits(1, 2, [1, 2], 2, 2),
      stepped({ id: 1, incarnation: 2, term: 2, terms: [1, 2], commit: 2 }),
      stepped({ id: 1, incarnation: 2, term: 3, terms: [1, 2, 3], commit: 2, role: leader(3) }),
    ],
  },
});
