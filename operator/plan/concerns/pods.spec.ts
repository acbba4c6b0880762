import { strictEqual } from 'node:assert/strict';
import { told } from '../testing/next-action.ts';
import type { Row } from '../testing/next-action.ts';

const BACK = 'ApplyingChildren: apply 3 pods over 7, begun by directory-1';

const rows: readonly Row[] = [
  [
    'gives members back the pods that somebody took by hand',
    { pods: [{ id: 1, leads: true }, { id: 2 }, { id: 3 }], set: { replicas: 1 } },
    BACK,
  ],
  [
    'gives a learner its pod back instead of waiting for it',
    {
      meta: { replicas: 3 },
      pods: [
        { id: 1, leads: true },
        { id: 2 },
        { id: 3, learner: true, behind: true, absent: true },
      ],
      set: { replicas: 2 },
    },
    BACK,
  ],
  [
    'gives every volume a pod while nobody leads',
    {
      pods: [
        { id: 1, silent: true },
        { id: 2, silent: true },
        { id: 3, silent: true },
      ],
      set: { replicas: 1 },
    },
    BACK,
  ],
];

describe('pods', () => {
  for (const [name, words, decision] of rows) {
    it(name, () => strictEqual(told(words), decision));
  }
});
