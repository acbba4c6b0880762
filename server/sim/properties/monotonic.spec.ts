import { toMemberId } from '../../raft/ids.ts';
import type { Message } from '../../raft/message.ts';
import { describeProperty } from './cases.contract.ts';
import { monotonic } from './monotonic.ts';
import {
  accepted,
  header,
  leader,
  leaderWith,
  position,
  received,
  restored,
  stepped,
} from './testing/observations.ts';

const terms = [1, 2, 2];
const leads = stepped({ id: 9, term: 2, terms, commit: 0, role: leader(2) });
const committed = stepped({ id: 9, term: 2, terms, commit: 3, role: leader(2) });
const from2: Message = accepted(2, 1, 2, 3);
const heartbeat: Message = {
  kind: 'heartbeat',
  ...header(2, 1, 2),
  round: 1,
  commit: position(3, 2),
};

const knows = (match: number, term = 2): ReturnType<typeof stepped> =>
  stepped({ term, terms, role: leaderWith(2, { 2: match }) }, [], received(from2));

describeProperty(monotonic, {
  breaks: {
    'a commit index that goes back': [
      leads,
      committed,
      stepped({ term: 2, terms, commit: 3 }),
      stepped({ term: 2, terms, commit: 2 }),
    ],
    'a term that goes back': [stepped({ term: 3, terms }), stepped({ term: 2, terms })],
    'a commit beyond the log': [leads, committed, stepped({ term: 2, terms: [1, 2], commit: 3 })],
    'a commit beyond what a leader has committed': [
      stepped({ term: 2, terms, commit: 1 }, [], received(heartbeat)),
    ],
    'a match that goes back': [knows(3), knows(2)],
    'a match that goes back unnoticed, until the next tick': [
      knows(3),
      stepped({ term: 2, terms, role: leaderWith(2, { 2: 2 }) }, [], {
        kind: 'peer',
        member: toMemberId(3),
        reachable: false,
      }),
      stepped({ term: 2, terms, role: leaderWith(2, { 2: 2 }) }),
    ],
    'a match beyond the log of the leader': [knows(4)],
  },
  holds: {
    'a leader that leaves office as it commits': [
      leads,
      stepped({ id: 9, term: 2, terms, commit: 3 }),
      stepped({ term: 2, terms, commit: 3 }),
    ],
    'growing numbers': [
      leads,
      committed,
      knows(1),
      knows(3),
      stepped({ id: 3, term: 2, terms, commit: 3 }),
    ],
    'a match that begins anew in the next term': [knows(3, 2), knows(0, 3)],
    'a commit index that begins anew from disk': [
      leads,
      committed,
      stepped({ term: 2, terms, commit: 3 }),
      restored(1, position(1, 1)),
      stepped({ term: 2, terms, commit: 1 }),
    ],
    'a commit index from a state on disk': [
      restored(1, position(3, 2)),
      stepped({ term: 2, terms, commit: 3 }),
    ],
  },
});
