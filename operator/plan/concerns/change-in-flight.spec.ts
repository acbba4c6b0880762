import { strictEqual } from 'node:assert/strict';
import { told } from '../testing/next-action.ts';
import type { Row } from '../testing/next-action.ts';
import type { PodWords } from '../testing/seen.ts';

const THREE: readonly PodWords[] = [{ id: 1, leads: true }, { id: 2 }, { id: 3 }];

const rows: readonly Row[] = [
  [
    'waits, whatever is wanted next',
    { pods: [...THREE, { id: 4 }, { id: 5 }], joint: true },
    'wait ChangingMembers: the members are leaving a joint configuration',
  ],
  [
    'waits until the last change cannot be taken back',
    { meta: { replicas: 3 }, pods: [...THREE, { removed: true }], uncommitted: true },
    'wait ChangingMembers: the members are agreeing on a configuration',
  ],
  [
    'lets an outdated pod restart that is no healthy voter',
    {
      pods: [{ id: 1, leads: true }, { id: 2 }, { id: 3, silent: true, outdated: true }],
      joint: true,
    },
    'RollingOut: delete demo-meta-2 uid pod-2',
  ],
];

describe('change in flight', () => {
  for (const [name, words, decision] of rows) {
    it(name, () => strictEqual(told(words), decision));
  }
});
