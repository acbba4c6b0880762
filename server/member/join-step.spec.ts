import assert from 'node:assert/strict';
import type { NodePhase } from '../node/node.ts';
import { toMemberId } from '../raft/ids.ts';
import type { MemberId } from '../raft/ids.ts';
import type { Configuration, Standing } from '../raft/membership/configuration.ts';
import { nextJoinStep } from './join-step.ts';
import type { JoinStep } from './join-step.ts';

const configurationOf = (directory: string, standing: Standing): Configuration => ({
  members: [{ id: toMemberId(1), directory, priority: 0, standing }],
  outgoing: [],
  nextMemberId: toMemberId(2),
  trust: 'earlyCampaign',
});

const EMPTY: Configuration = { ...configurationOf('own', 'learner'), members: [] };

const cases: readonly [
  what: string,
  phase: NodePhase,
  configuration: Configuration | undefined,
  step: JoinStep,
  leader?: MemberId,
][] = [
  ['an empty directory', 'waiting', undefined, 'askToBeAdded'],
  ['stores that open', 'opening', undefined, 'wait'],
  ['stores that failed', 'reopening', undefined, 'wait'],
  ['a learner', 'running', configurationOf('own', 'learner'), 'askToBePromoted', toMemberId(1)],
  ['a learner without a leader', 'running', configurationOf('own', 'learner'), 'askToBeAdded'],
  ['a voter', 'running', configurationOf('own', 'voter'), 'done'],
  ['a member that is leaving', 'running', configurationOf('own', 'leaving'), 'done'],
  ['a log that does not know it yet', 'running', configurationOf('other', 'voter'), 'wait'],
  ['a log that is empty, and a leader', 'running', EMPTY, 'wait', toMemberId(1)],
  ['a log that is empty, and no leader', 'running', EMPTY, 'askToBeAdded'],
  ['a damaged directory', 'refused', undefined, 'done'],
  ['a broken invariant', 'broken', undefined, 'done'],
];

describe('Joining', () => {
  for (const [what, phase, configuration, step, leader] of cases) {
    it(`with ${what}: ${step}`, () => {
      assert.equal(nextJoinStep({ phase, configuration, leader }, 'own'), step);
    });
  }
});
