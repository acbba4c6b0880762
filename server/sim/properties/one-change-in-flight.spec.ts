import { toIndex } from '../../raft/ids.ts';
import { describeProperty } from './cases.contract.ts';
import { oneChangeInFlight } from './one-change-in-flight.ts';
import { configuration, entry, leader, persist, placed, stepped } from './testing/observations.ts';

const three = configuration([1, 2, 3]);
const change = persist([entry(3, 2, 'configuration')]);
const role = leader(1);
const terms = [2, 2, 2];

describeProperty(oneChangeInFlight, {
  breaks: {
    'a change before an entry of the term is committed': [
      stepped(
        {
          term: 2,
          terms: [1, 2, 2],
          role: leader(2),
          commit: 1,
          configurations: [placed(0, three), placed(3, three)],
        },
        [change],
        { kind: 'change', context: 7, expected: toIndex(0), changes: [] },
      ),
    ],
    'a change while one is not committed': [
      stepped(
        {
          term: 2,
          terms,
          role,
          commit: 1,
          configurations: [placed(0, three), placed(2, three), placed(3, three)],
        },
        [change],
      ),
    ],
    'two changes at once': [
      stepped(
        {
          term: 2,
          terms,
          role,
          commit: 1,
          configurations: [placed(0, three), placed(2, three), placed(3, three)],
        },
        [persist([entry(2, 2, 'configuration'), entry(3, 2, 'configuration')])],
      ),
    ],
  },
  holds: {
    'the end of a joint phase before an entry of the term is committed': [
      stepped(
        {
          term: 2,
          terms: [1, 2, 2],
          role: leader(2),
          commit: 1,
          configurations: [placed(1, three), placed(3, three)],
        },
        [change],
      ),
    ],
    'a change after one is committed': [
      stepped(
        { term: 2, terms, role, commit: 2, configurations: [placed(2, three), placed(3, three)] },
        [change],
      ),
    ],
    'a follower that gets two in one message': [
      stepped(
        {
          term: 2,
          terms,
          commit: 1,
          configurations: [placed(0, three), placed(2, three), placed(3, three)],
        },
        [change],
      ),
    ],
    'a new leader that finds two': [
      stepped(
        {
          term: 3,
          terms: [2, 2, 2, 3],
          role: leader(4),
          commit: 1,
          configurations: [placed(0, three), placed(2, three), placed(3, three)],
        },
        [persist([entry(4, 3, 'noop')])],
      ),
    ],
  },
});
