import { strictEqual } from 'node:assert/strict';
import { told } from '../testing/next-action.ts';
import type { Row } from '../testing/next-action.ts';
import type { PodWords, Words } from '../testing/seen.ts';

const THREE: readonly PodWords[] = [{ id: 1, leads: true }, { id: 2 }, { id: 3 }];

/** Volumes that went with the resource, and are to be kept. */
const owned: NonNullable<Words['volumes']> = (each) => ({ ...each, owned: true });

const KEPT = 'disown-volume data-demo-meta-0 over 9';

const refused = (...ordinals: readonly number[]): Readonly<Record<string, string>> =>
  Object.fromEntries(ordinals.map((each) => [`disown-volume data-demo-meta-${each}`, 'no owner']));
const REFUSED =
  'wait ChildRefused: data-demo-meta-0 is kept when the resource is deleted; the API server refuses it: no owner';

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
  [
    'keeps the others while one is refused',
    { pods: THREE, volumes: owned, rest: { refusals: refused(0) } },
    'ApplyingChildren: disown-volume data-demo-meta-1 over 9',
  ],
  [
    'says that it is refused',
    { pods: THREE, volumes: owned, rest: { refusals: refused(0, 1, 2) } },
    REFUSED,
  ],
  [
    'says so while new members learn',
    {
      pods: [...THREE, { id: 4, learner: true, behind: true }],
      meta: { replicas: 4 },
      volumes: owned,
      rest: { refusals: refused(0, 1, 2, 3) },
    },
    REFUSED,
  ],
  [
    'has a lost member replaced while it is refused',
    {
      pods: [{ id: 1, leads: true }, { id: 2 }, { id: 3, empty: true }],
      volumes: owned,
      rest: { refusals: refused(0, 1, 2) },
    },
    'ReplacingMember: at 40 learn new-2',
  ],
  [
    'has members come while it is refused',
    {
      pods: THREE,
      meta: { replicas: 5 },
      volumes: owned,
      rest: { refusals: refused(0, 1, 2) },
    },
    'ScalingOut: apply 5 pods over 7, begun by directory-1',
  ],
  [
    'hides no lost quorum while it is refused',
    {
      pods: [
        { id: 1, last: [2, 9] },
        { id: 2, empty: true },
        { id: 3, empty: true },
      ],
      status: { clusterId: 'c1' },
      volumes: owned,
      rest: { refusals: refused(0, 1, 2) },
    },
    'wait QuorumLost: incident 8f6e35c910d336bb: the quorum is lost; of 1 survivors, member 1 is the furthest',
  ],
  [
    'tells nothing of it while it is paused',
    {
      pods: THREE,
      volumes: owned,
      rest: { refusals: refused(0, 1, 2) },
      cluster: (each) => ({ ...each, spec: { ...each.spec, paused: true } }),
    },
    'wait Paused: spec.paused is true',
  ],
];

describe('retention', () => {
  for (const [name, words, decision] of rows) {
    it(name, () => strictEqual(told(words), decision));
  }
});
