import assert from 'node:assert/strict';
import type { Effect } from '../../raft/effect.ts';
import type { Entry } from '../../raft/entry.ts';
import { toIndex, toMemberId, toTerm } from '../../raft/ids.ts';
import { encodeConfiguration } from '../../raft/membership/configuration-codec.ts';
import type { Observation } from '../observation.ts';
import { createTally } from './tally.ts';

const configuration = (index: number, outgoing: readonly number[]): Entry => ({
  index: toIndex(index),
  term: toTerm(1),
  kind: 'configuration',
  data: encodeConfiguration({
    members: [1, 2].map((id) => ({
      id: toMemberId(id),
      directory: `d${id}`,
      priority: 0,
      standing: 'voter',
    })),
    outgoing: outgoing.map(toMemberId),
    nextMemberId: toMemberId(3),
    trust: 'neither',
  }),
});

const stepped = (...effects: readonly Effect[]): Observation =>
  ({ kind: 'stepped', effects }) as unknown as Observation;

const committed = (...entries: readonly Entry[]): Observation =>
  stepped({ kind: 'commit', entries });

const joint = configuration(5, [1]);
const left = configuration(6, []);

describe('A tally of a run', () => {
  for (const [what, jointChanges, observations] of [
    ['accepted', 0, [stepped({ kind: 'changeAccepted' } as Effect)]],
    ['entered', 0, [committed(joint)]],
    ['left', 1, [committed(joint), committed(left)]],
    ['left, as all its members come to know', 1, [committed(joint, left), committed(joint, left)]],
    ['followed by a change of no voter', 1, [committed(joint, left, configuration(7, []))]],
  ] as const) {
    it(`counts ${jointChanges} for a joint change that is ${what}`, () => {
      const tally = createTally();
      observations.forEach((observation) => tally.watch(observation));
      assert.equal(tally.counted().jointChanges, jointChanges);
    });
  }
});
