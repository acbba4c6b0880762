import { describeProperty } from './cases.contract.ts';
import { readsAreCurrent } from './reads-are-current.ts';
import {
  invokedGet,
  invokedPut,
  leader,
  returned,
  returnedOk,
  stepped,
} from './testing/observations.ts';

const committed = (commit: number): ReturnType<typeof stepped> =>
  stepped({ term: 2, terms: [1, 2, 2], commit, role: leader(2) });

describeProperty(readsAreCurrent, {
  breaks: {
    'a read behind what was committed before': [
      committed(0),
      committed(3),
      invokedGet(1),
      returnedOk(1, 2, 'a'),
    ],
  },
  holds: {
    'a read at what was committed before': [
      committed(0),
      committed(3),
      invokedGet(1),
      returnedOk(1, 3, 'a'),
    ],
    'a read behind what was committed while it went on': [
      committed(0),
      committed(2),
      invokedGet(1),
      committed(3),
      returnedOk(1, 2, 'a'),
    ],
    'a read that failed': [
      committed(0),
      committed(3),
      invokedGet(1),
      returned(1, { kind: 'failed' }),
    ],
    'a write': [committed(0), committed(3), invokedPut(1), returnedOk(1, 2)],
  },
});
