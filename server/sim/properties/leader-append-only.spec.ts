import { describeProperty } from './cases.contract.ts';
import { leaderAppendOnly } from './leader-append-only.ts';
import { entry, leader, persist, restored, position, stepped } from './testing/observations.ts';

const role = leader(2);

describeProperty(leaderAppendOnly, {
  breaks: {
    'a leader that overwrites an entry': [
      stepped({ term: 2, terms: [1, 2, 2], role }),
      stepped({ term: 2, terms: [1, 2, 2], role }, [persist([entry(3, 2)])]),
    ],
    'a leader whose log gets shorter': [
      stepped({ term: 2, terms: [1, 2, 2], role }),
      stepped({ term: 2, terms: [1, 2], role }),
    ],
    'an election that costs the winner an entry': [
      stepped({ term: 1, terms: [1, 1] }),
      stepped({ term: 2, terms: [1, 2], role }, [persist([entry(2, 2)])]),
    ],
  },
  holds: {
    'a leader that appends': [
      stepped({ term: 2, terms: [1, 2], role }),
      stepped({ term: 2, terms: [1, 2, 2, 2], role }, [persist([entry(3, 2), entry(4, 2)])]),
    ],
    'a follower that overwrites': [
      stepped({ term: 2, terms: [1, 1, 1] }),
      stepped({ term: 2, terms: [1, 2] }, [persist([entry(2, 2)])]),
    ],
    'a leader that lost, before it was one, what it had not written': [
      stepped({ term: 1, terms: [1, 1, 1] }),
      restored(1, position(0, 0)),
      stepped({ term: 2, terms: [1, 2], role }, [persist([entry(2, 2)])]),
    ],
  },
});
