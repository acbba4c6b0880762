import { strictEqual } from 'node:assert/strict';
import { told } from '../testing/next-action.ts';
import type { Row } from '../testing/next-action.ts';
import type { PodWords, Words } from '../testing/seen.ts';

const THREE: readonly PodWords[] = [{ id: 1, leads: true }, { id: 2 }, { id: 3 }];
const STUCK: readonly PodWords[] = [
  { id: 1, leads: true },
  { id: 2 },
  { id: 3, learner: true, behind: true },
];

const small: NonNullable<Words['volumes']> = (each) => ({ ...each, size: 'small' });

/** No room for these. */
const quotaOf = (...ordinals: readonly number[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    ordinals.map((each) => [`grow-volume data-demo-meta-${each}`, 'exceeded quota']),
  );
const REFUSED =
  'wait ChildRefused: data-demo-meta-0 grows to 10Gi; the API server refuses it: exceeded quota';

const GROWS = 'GrowingVolumes: grow-volume data-demo-meta-0 over 9';

const rows: readonly Row[] = [
  [
    'lets volumes grow one by one',
    { pods: THREE, volumes: (each) => ({ ...each, size: each.ordinal > 0 ? 'small' : 'current' }) },
    'GrowingVolumes: grow-volume data-demo-meta-1 over 9',
  ],
  ['lets them grow while a member catches up', { pods: STUCK, volumes: small }, GROWS],
  [
    'lets them grow when a member is stuck, twice',
    {
      pods: STUCK,
      volumes: small,
      rest: { learnerIdleMs: { 'directory-3': 600_000 } },
      status: { learnerRetries: [{ pod: 'demo-meta-2', directory: 'before' }] },
    },
    GROWS,
  ],
  [
    'lets them grow while nobody leads',
    { pods: [{ id: 1 }, { id: 2 }, { id: 3 }], volumes: small },
    GROWS,
  ],
  [
    'lets them grow while the quorum is lost',
    {
      pods: [{ id: 1 }, { id: 2, empty: true }, { id: 3, empty: true }],
      status: { clusterId: 'c1' },
      volumes: small,
    },
    GROWS,
  ],
  [
    'lets them grow before the cluster has begun',
    { pods: [{ empty: true }, { empty: true }, { silent: true }], volumes: small },
    GROWS,
  ],
  [
    'lets them grow while an older version is refused',
    { pods: THREE, meta: { version: '0.0.9' }, status: { version: '0.1.0' }, volumes: small },
    GROWS,
  ],
  [
    'lets them grow before the StatefulSet is made anew',
    { pods: THREE, set: { volumeSizeCurrent: false }, volumes: small },
    GROWS,
  ],
  [
    'replaces a member first',
    { pods: [{ id: 1, leads: true }, { id: 2 }, { id: 3, empty: true }], volumes: small },
    'ReplacingMember: at 40 learn new-2',
  ],
  [
    'lets them grow beside one that is being deleted',
    { pods: THREE, volumes: (each) => ({ ...small(each), deleting: each.ordinal < 2 }) as never },
    'GrowingVolumes: grow-volume data-demo-meta-2 over 9',
  ],
  [
    'leaves volumes of a StatefulSet that is not ours',
    { pods: THREE, set: { state: 'foreign' }, volumes: small },
    'wait ChildNotOurs: the StatefulSet is there and does not belong to this resource',
  ],
  [
    'leaves them while it is paused',
    {
      pods: THREE,
      volumes: small,
      cluster: (each) => ({ ...each, spec: { ...each.spec, paused: true } }),
    },
    'wait Paused: spec.paused is true',
  ],
  [
    'leaves those alone that are refused, and lets the others grow',
    { pods: THREE, volumes: small, rest: { refusals: quotaOf(0, 1) } },
    'GrowingVolumes: grow-volume data-demo-meta-2 over 9',
  ],
  [
    'tells of one that is refused when there are no others',
    { pods: THREE, volumes: small, rest: { refusals: quotaOf(0, 1, 2) } },
    REFUSED,
  ],
  [
    'tells of one that is refused while a member is waited for',
    {
      pods: [{ id: 1, leads: true }, { id: 2, silent: true }, { id: 3 }],
      volumes: small,
      rest: { refusals: quotaOf(0, 1, 2) },
    },
    REFUSED,
  ],
  [
    'goes on with all else while it is refused',
    {
      pods: THREE,
      volumes: small,
      set: { volumeSizeCurrent: false },
      rest: { refusals: quotaOf(0, 1, 2) },
    },
    'GrowingVolumes: orphan set',
  ],
  [
    'hides no lost quorum when it is refused',
    {
      pods: [
        { id: 1, last: [2, 9] },
        { id: 2, empty: true },
        { id: 3, empty: true },
      ],
      status: { clusterId: 'c1' },
      volumes: small,
      rest: { refusals: quotaOf(0, 1, 2) },
    },
    'wait QuorumLost: incident 8f6e35c910d336bb: the quorum is lost; of 1 survivors, member 1 is the furthest',
  ],
  [
    'hides no broken member when it is refused',
    {
      pods: [{ id: 1, leads: true }, { id: 2 }, { id: 3, damaged: true }],
      volumes: small,
      rest: { refusals: quotaOf(0, 1, 2) },
    },
    'wait MemberBroken: demo-meta-2 does not run: checksum of entry 9; if it cannot be repaired: kubectl delete pvc data-demo-meta-2 and pod demo-meta-2',
  ],
];

describe('growth', () => {
  for (const [name, words, decision] of rows) {
    it(name, () => strictEqual(told(words), decision));
  }
});
