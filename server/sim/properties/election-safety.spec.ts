import { describeProperty } from './cases.contract.ts';
import { electionSafety } from './election-safety.ts';
import { leader, replaced, stepped } from './testing/observations.ts';

const leads = (id: number, term: number, incarnation = 1): ReturnType<typeof stepped> =>
  stepped({ id, term, role: leader(1), incarnation });

describeProperty(electionSafety, {
  breaks: {
    'two leaders of one term': [leads(1, 2), leads(2, 2)],
    'a late second leader of an old term': [leads(1, 2), leads(1, 3), leads(2, 2)],
    'a leader that leads on after a restart': [leads(1, 2), leads(1, 2, 2)],
  },
  holds: {
    'one leader after the other': [leads(1, 2), leads(1, 2), leads(2, 3), leads(1, 4)],
    'a follower in the term of a leader': [leads(1, 2), stepped({ id: 2, term: 2 })],
    'an election won again from an older copy': [
      leads(1, 2),
      replaced(1, 'olderCopy'),
      leads(1, 2, 2),
    ],
  },
});
