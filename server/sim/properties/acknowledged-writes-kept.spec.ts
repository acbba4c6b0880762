import { acknowledgedWritesKept } from './acknowledged-writes-kept.ts';
import { describeProperty } from './cases.contract.ts';
import {
  applied,
  entry,
  finished,
  invokedGet,
  invokedPut,
  leader,
  position,
  restored,
  returned,
  returnedOk,
  started,
  stepped,
} from './testing/observations.ts';

const acknowledged = [started(1), invokedPut(1), applied(1, entry(2, 2)), returnedOk(1, 2)];

describeProperty(acknowledgedWritesKept, {
  breaks: {
    'a leader that commits another entry in its place': [
      ...acknowledged,
      stepped({ id: 2, term: 3, terms: [1, 3], commit: 0, role: leader(2) }),
      stepped({ id: 2, term: 3, terms: [1, 3], commit: 2, role: leader(2) }),
    ],
    'an end without it': [
      ...acknowledged,
      started(1, 2),
      restored(1, position(1, 1), 'opened', 'hash', 2),
      finished(),
    ],
    'an acknowledgement of what nobody applied': [invokedPut(1), returnedOk(1, 2)],
    'two writes acknowledged for one entry': [...acknowledged, invokedPut(2), returnedOk(2, 2)],
  },
  holds: {
    'later leaders that have it': [
      ...acknowledged,
      stepped({ id: 2, term: 3, terms: [1, 2, 3], commit: 0, role: leader(3) }),
      stepped({ id: 2, term: 3, terms: [1, 2, 3], commit: 3, role: leader(3) }),
      finished(),
    ],
    'a leader that has another entry there, and has not committed it': [
      ...acknowledged,
      stepped({ id: 2, term: 3, terms: [1, 3], commit: 0, role: leader(2) }),
      stepped({ id: 2, term: 3, terms: [1, 3], commit: 1, role: leader(2) }),
    ],
    'an unknown write that is lost': [
      started(1),
      restored(1, position(1, 1)),
      invokedPut(1),
      returned(1, { kind: 'unknown' }),
      finished(),
    ],
    'a read beside it at the same index': [...acknowledged, invokedGet(2), returnedOk(2, 2)],
  },
});
