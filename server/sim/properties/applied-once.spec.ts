import { appliedOnce } from './applied-once.ts';
import { describeProperty } from './cases.contract.ts';
import { applied, entry, position, replaced, restored } from './testing/observations.ts';

describeProperty(appliedOnce, {
  breaks: {
    'an entry applied twice': [
      restored(1, position(0, 0)),
      applied(1, entry(1, 1)),
      applied(1, entry(1, 1)),
    ],
    'an entry left out': [restored(1, position(0, 0)), applied(1, entry(2, 1))],
    'an entry applied again that the state on disk contains': [
      restored(1, position(0, 0)),
      applied(1, entry(1, 1)),
      restored(1, position(1, 1), 'opened', 'hash', 2),
      applied(1, entry(1, 1), 'hash', 2),
    ],
    'a state on disk that goes back': [
      restored(1, position(4, 1)),
      restored(1, position(3, 1), 'opened', 'hash', 2),
    ],
    'an older snapshot over a newer state': [
      restored(1, position(4, 1)),
      applied(1, entry(5, 1)),
      restored(1, position(4, 1), 'installed'),
    ],
    'entries applied to a state that was not read': [
      restored(1, position(0, 0)),
      applied(1, entry(1, 1), 'hash', 2),
    ],
  },
  holds: {
    'a restart from the state on disk': [
      restored(1, position(0, 0)),
      applied(1, entry(1, 1)),
      applied(1, entry(2, 1)),
      restored(1, position(1, 1), 'opened', 'hash', 2),
      applied(1, entry(2, 1), 'hash', 2),
    ],
    'stores opened again in one process': [
      restored(1, position(0, 0)),
      applied(1, entry(1, 1)),
      restored(1, position(0, 0)),
      applied(1, entry(1, 1)),
    ],
    'a snapshot that leaps ahead': [
      restored(1, position(0, 0)),
      restored(1, position(7, 3), 'installed'),
      applied(1, entry(8, 3)),
    ],
    'an older copy': [
      restored(1, position(4, 1)),
      replaced(1, 'olderCopy'),
      restored(1, position(2, 1), 'opened', 'hash', 2),
      applied(1, entry(3, 1), 'hash', 2),
    ],
  },
});
