import { strictEqual } from 'node:assert/strict';
import { told } from '../testing/next-action.ts';
import type { Row } from '../testing/next-action.ts';
import type { PodWords } from '../testing/seen.ts';

const THREE: readonly PodWords[] = [{ id: 1, leads: true }, { id: 2 }, { id: 3 }];

const rows: readonly Row[] = [
  [
    'restarts a pod that does not run, before members come',
    { meta: { replicas: 5 }, pods: [...THREE, { silent: true, outdated: true }, { empty: true }] },
    'RollingOut: delete demo-meta-3 uid pod-3',
  ],
  [
    'leaves a pod that is silent and ready: the operator may be cut off',
    {
      pods: [
        { id: 1, leads: true },
        { id: 2, silent: true, ready: true, outdated: true },
        { id: 3, silent: true, ready: true, outdated: true },
      ] as never,
    },
    'wait RollingOut: member 2 must be healthy before the next one is restarted',
  ],
  [
    'leaves healthy voters to the roll, while members come',
    {
      meta: { replicas: 4 },
      pods: [
        { id: 1, leads: true },
        { id: 2, outdated: true },
        { id: 3 },
        { id: 4, learner: true, behind: true },
      ],
    },
    'wait ScalingOut: member 4 catches up',
  ],
];

describe('outdated', () => {
  for (const [name, words, decision] of rows) {
    it(name, () => strictEqual(told(words), decision));
  }
});
