import { strictEqual } from 'node:assert/strict';
import { told } from '../testing/next-action.ts';
import type { Row } from '../testing/next-action.ts';
import type { PodWords } from '../testing/seen.ts';

const THREE: readonly PodWords[] = [{ id: 1, leads: true }, { id: 2 }, { id: 3 }];

const rows: readonly Row[] = [
  [
    'lets volumes grow one by one',
    { pods: THREE, volumes: (each) => ({ ...each, size: each.ordinal > 0 ? 'small' : 'current' }) },
    'GrowingVolumes: grow-volume data-demo-meta-1 over 9',
  ],
  [
    'says when they cannot',
    { pods: THREE, volumes: (each) => ({ ...each, size: 'not-expandable' }) },
    'wait VolumeNotExpandable: the class of data-demo-meta-0 does not let it grow to 10Gi',
  ],
  [
    'makes the StatefulSet anew, for later volumes',
    { pods: THREE, set: { volumeSizeCurrent: false } },
    'GrowingVolumes: orphan set',
  ],
  [
    'waits while they grow',
    { pods: THREE, volumes: (each) => ({ ...each, size: 'growing' }) },
    'wait GrowingVolumes: data-demo-meta-0 grows to 10Gi',
  ],
  [
    'has them deleted with the resource',
    { pods: THREE, meta: { storage: { size: '10Gi', onDelete: 'Delete' } } },
    'ApplyingChildren: own-volume data-demo-meta-0 over 9',
  ],
];

describe('storage', () => {
  for (const [name, words, decision] of rows) {
    it(name, () => strictEqual(told(words), decision));
  }
});
