import { strictEqual } from 'node:assert/strict';
import { told } from '../testing/next-action.ts';
import type { Row } from '../testing/next-action.ts';
import type { PodWords, Words } from '../testing/seen.ts';

const THREE: readonly PodWords[] = [{ id: 1, leads: true }, { id: 2 }, { id: 3 }];

/** Volumes that went with the resource, and are to be kept. */
const owned: NonNullable<Words['volumes']> = (each) => ({ ...each, owned: true });

const KEPT = 'disown-volume data-demo-meta-0 over 9';

const rows: readonly Row[] = [
  ['keeps volumes', { pods: THREE, volumes: owned }, `ApplyingChildren: ${KEPT}`],
  [
    'keeps them one by one',
    { pods: THREE, volumes: (each) => ({ ...each, owned: each.ordinal > 1 }) },
    'ApplyingChildren: disown-volume data-demo-meta-2 over 9',
  ],
  [
    'keeps them while it is paused',
    {
      pods: THREE,
      volumes: owned,
      cluster: (each) => ({ ...each, spec: { ...each.spec, paused: true } }),
    },
    `Paused: ${KEPT}`,
  ],
  [
    'keeps them while the quorum is lost',
    {
      pods: [{ id: 1 }, { id: 2, empty: true }, { id: 3, empty: true }],
      status: { clusterId: 'c1' },
      volumes: owned,
    },
    `ApplyingChildren: ${KEPT}`,
  ],
  [
    'keeps them while new members learn',
    {
      pods: [...THREE, { id: 4, learner: true, behind: true }],
      meta: { replicas: 4 },
      volumes: owned,
    },
    `ApplyingChildren: ${KEPT}`,
  ],
  [
    'keeps them while an older version is refused',
    {
      pods: THREE,
      meta: { version: '0.0.9' },
      status: { version: '0.1.0' },
      volumes: owned,
    },
    `ApplyingChildren: ${KEPT}`,
  ],
  [
    'keeps them while they cannot grow',
    { pods: THREE, volumes: (each) => ({ ...each, owned: true, size: 'not-expandable' }) },
    `ApplyingChildren: ${KEPT}`,
  ],
  [
    'leaves those alone that are deleted already',
    { pods: THREE, volumes: (each) => ({ ...each, owned: true, deleting: each.ordinal < 2 }) },
    'ApplyingChildren: disown-volume data-demo-meta-2 over 9',
  ],
  [
    'leaves those of another operator alone',
    { pods: THREE, volumes: owned, status: { operator: 'elsewhere/robustmq-operator' } },
    'wait OtherOperator: the operator elsewhere/robustmq-operator has this cluster, and robustmq-operator/robustmq-operator leaves it alone',
  ],
  [
    'keeps none that are to go with the resource',
    {
      pods: THREE,
      meta: { storage: { size: '10Gi', onDelete: 'Delete' } },
      volumes: owned,
    },
    'settled',
  ],
];

describe('retention', () => {
  for (const [name, words, decision] of rows) {
    it(name, () => strictEqual(told(words), decision));
  }
});
