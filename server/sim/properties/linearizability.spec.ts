import { describeProperty } from './cases.contract.ts';
import { linearizability } from './linearizability.ts';
import { finished, invokedGet, invokedPut, returned, returnedOk } from './testing/observations.ts';

describeProperty(linearizability, {
  breaks: {
    'a stale read': [
      invokedPut(1, 'a'),
      returnedOk(1, 1),
      invokedGet(2),
      returnedOk(2, 1, ''),
      finished(),
    ],
    'a failed write that took effect': [
      invokedPut(1, 'a'),
      returned(1, { kind: 'failed' }),
      invokedGet(2),
      returnedOk(2, 1, 'a'),
      finished(),
    ],
  },
  holds: {
    'a read beside a write': [
      invokedPut(1, 'a'),
      invokedGet(2),
      returnedOk(1, 1),
      returnedOk(2, 1, ''),
      finished(),
    ],
    'an unknown write that took effect later': [
      invokedPut(1, 'a'),
      returned(1, { kind: 'unknown' }),
      invokedGet(2),
      returnedOk(2, 1, ''),
      invokedGet(3),
      returnedOk(3, 1, 'a'),
      finished(),
    ],
    'an unfinished write that took effect, and an unfinished read': [
      invokedPut(1, 'a'),
      invokedGet(4),
      invokedGet(3),
      returnedOk(3, 1, 'a'),
      finished(),
    ],
  },
});
