import { describeProperty } from './cases.contract.ts';
import { commitsOwnTerm } from './commits-own-term.ts';
import { leader, stepped } from './testing/observations.ts';

const leads = (commit: number): ReturnType<typeof stepped> =>
  stepped({ term: 3, terms: [1, 2, 3], commit, role: leader(3) });

describeProperty(commitsOwnTerm, {
  breaks: { 'an entry of an earlier term, counted': [leads(0), leads(2)] },
  holds: {
    'entries of earlier terms along with one of its own': [leads(0), leads(3)],
    'a follower that hears of a commit': [
      stepped({ term: 3, terms: [1, 2, 3], commit: 0 }),
      stepped({ term: 3, terms: [1, 2, 3], commit: 2 }),
    ],
  },
});
