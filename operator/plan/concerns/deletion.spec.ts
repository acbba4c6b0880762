import { strictEqual } from 'node:assert/strict';
import { told } from '../testing/next-action.ts';
import type { Row } from '../testing/next-action.ts';
import type { PodWords } from '../testing/seen.ts';

const THREE: readonly PodWords[] = [{ id: 1, leads: true }, { id: 2 }, { id: 3 }];

const rows: readonly Row[] = [
  [
    'is left to Kubernetes',
    {
      pods: THREE,
      meta: { replicas: 5 },
      cluster: (each) => ({ ...each, metadata: { ...each.metadata, deletionTimestamp: 'now' } }),
    },
    'wait Deleting: the resource is being deleted',
  ],
];

describe('deletion', () => {
  for (const [name, words, decision] of rows) {
    it(name, () => strictEqual(told(words), decision));
  }
});
