import { describeProperty } from './cases.contract.ts';
import { identityIsBound } from './identity-is-bound.ts';
import { replaced, stepped } from './scene.ts';

describeProperty(identityIsBound, {
  breaks: {
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
