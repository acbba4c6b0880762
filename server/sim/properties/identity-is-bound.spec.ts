import { describeProperty } from './cases.contract.ts';
import { identityIsBound } from './identity-is-bound.ts';
import { configuration, durable, placed, replaced, stepped } from './testing/observations.ts';

const founded = stepped({ id: 1, configurations: [placed(0, configuration([1]))] });

describeProperty(identityIsBound, {
  breaks: {
    'an identity that is not committed': [
      durable(1, [1]),
      founded,
      stepped({
        id: 1,
        configurations: [placed(0, configuration([1])), placed(2, configuration([1, 2]))],
      }),
      durable(2, []),
    ],
    'one member in two directories': [stepped({ id: 1 }), stepped({ id: 1, directory: 'other' })],
    'two members in one directory': [stepped({ id: 1 }), stepped({ id: 2, directory: 'd1' })],
    'a wiped directory that acts as before': [
      stepped({ id: 1 }),
      replaced(1, 'nothing'),
      stepped({ id: 1, incarnation: 2 }),
    ],
    'another directory that acts as one that was wiped': [
      stepped({ id: 1 }),
      replaced(1, 'nothing'),
      stepped({ id: 1, directory: 'd1.2' }),
    ],
  },
  holds: {
    'an identity that is committed': [
      durable(1, [1]),
      founded,
      stepped({ id: 1, configurations: [placed(2, configuration([1, 2]))] }),
      durable(2, []),
      stepped({ id: 2, configurations: [placed(0, configuration([]))] }),
      durable(2, [1]),
    ],
    'a restart': [stepped({ id: 1 }), stepped({ id: 1, incarnation: 2 })],
    'an older copy': [
      stepped({ id: 1 }),
      replaced(1, 'olderCopy'),
      stepped({ id: 1, incarnation: 2 }),
    ],
    'a wiped directory that becomes a new member': [
      stepped({ id: 1 }),
      replaced(1, 'nothing'),
      stepped({ id: 4, directory: 'd1', incarnation: 2 }),
    ],
  },
});
