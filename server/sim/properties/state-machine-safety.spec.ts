import { describeProperty } from './cases.contract.ts';
import { applied, entry, position, restored } from './testing/observations.ts';
import { stateMachineSafety } from './state-machine-safety.ts';

describeProperty(stateMachineSafety, {
  breaks: {
    'entries of different terms at one index': [applied(1, entry(1, 1)), applied(2, entry(1, 2))],
    'different entries': [
      applied(1, entry(1, 1, 'command', [1])),
      applied(2, entry(1, 1, 'command', [2])),
    ],
    'equal entries that led to different states': [
      applied(1, entry(1, 1), 'a'),
      applied(2, entry(1, 1), 'b'),
    ],
    'a snapshot of another state': [
      applied(1, entry(1, 1), 'a'),
      restored(2, position(1, 1), 'installed', 'b'),
    ],
    'a restart from another state': [
      applied(1, entry(1, 1), 'a'),
      restored(1, position(1, 1), 'opened', 'b', 2),
    ],
    'an entry unlike the one of a snapshot': [
      restored(1, position(1, 1), 'installed', 'a'),
      applied(2, entry(1, 1), 'a'),
      applied(3, entry(1, 1, 'noop'), 'a'),
    ],
  },
  holds: {
    'the same on all members, by different ways': [
      restored(1, position(0, 0)),
      applied(1, entry(1, 1, 'command', [1])),
      applied(1, entry(2, 2, 'command', [2])),
      restored(2, position(0, 0)),
      applied(2, entry(1, 1, 'command', [1])),
      restored(2, position(2, 2), 'installed'),
      applied(3, entry(1, 1, 'command', [1])),
      restored(1, position(1, 1), 'opened'),
      applied(1, entry(2, 2, 'command', [2])),
    ],
  },
});
