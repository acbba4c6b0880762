import type { Observation } from '../observation.ts';
import { describeProperty } from './cases.contract.ts';
import { statesAgree } from './states-agree.ts';

const rotted = (id: number, by: 'fault' | 'others' | 'before' = 'fault'): Observation => ({
  kind: 'rotted',
  atMs: 0,
  directory: `d${id}`,
  by,
});

const rebuilt = (id: number): Observation => ({
  kind: 'rebuilt',
  atMs: 0,
  actor: { directory: `d${id}`, incarnation: 1 },
});

/** Of members 1, 2, …: the hash, and that of the rows when it is another. */
const compared = (
  ...states: readonly (readonly [hash: string, recomputed?: string])[]
): Observation => ({
  kind: 'compared',
  atMs: 0,
  states: states.map(([hash, recomputed = hash], at) => ({
    directory: `d${at + 1}`,
    hash,
    recomputed,
  })),
});

describeProperty(statesAgree, {
  breaks: {
    'a right state that is replaced': [rotted(1), rebuilt(2)],
    'a right state that is replaced after a restart of a wrong one': [
      rotted(1),
      rotted(1, 'before'),
      rebuilt(2),
    ],
    'a state that is wrong in the end': [rotted(1), compared(['a'], ['b'])],
    'a hash that is not that of the rows': [compared(['a'], ['a', 'b'])],
  },
  holds: {
    'a wrong state that is replaced': [rotted(1), rebuilt(1), compared(['a'], ['a'])],
    'a wrong state that is replaced twice': [rotted(1), rebuilt(1), rebuilt(1)],
    'a wrong state that was given to others': [rotted(1), rotted(2, 'others'), rebuilt(3)],
    'a wrong state that was given to one that crashed meanwhile': [
      rotted(1),
      rotted(2, 'before'),
      rebuilt(3),
    ],
    'a wrong state that was given to one whose own was wrong before': [
      ...[rotted(1), rebuilt(1)],
      ...[rotted(2), rotted(1, 'before'), rebuilt(3)],
    ],
  },
});
