import { strictEqual } from 'node:assert/strict';
import { told } from '../testing/next-action.ts';
import type { Row } from '../testing/next-action.ts';
import type { PodWords, Words } from '../testing/seen.ts';

const THREE: readonly PodWords[] = [{ id: 1, leads: true }, { id: 2 }, { id: 3 }];

const OWNED: NonNullable<Words['meta']> = { storage: { size: '10Gi', onDelete: 'Delete' } };
const refused = (...ordinals: readonly number[]): Readonly<Record<string, string>> =>
  Object.fromEntries(ordinals.map((each) => [`own-volume data-demo-meta-${each}`, 'no owner']));

const rows: readonly Row[] = [
  [
    'says when they cannot grow, and what else helps',
    { pods: THREE, volumes: (each) => ({ ...each, size: 'not-expandable' }) },
    'wait VolumeNotExpandable: the class of data-demo-meta-0 does not let it grow to 10Gi; to have a larger one in its place: kubectl delete pvc data-demo-meta-0 and pod demo-meta-0',
  ],
  [
    'names the next one that cannot',
    {
      pods: THREE,
      volumes: (each) => ({ ...each, size: each.ordinal < 1 ? 'current' : 'not-expandable' }),
    },
    'wait VolumeNotExpandable: the class of data-demo-meta-1 does not let it grow to 10Gi; to have a larger one in its place: kubectl delete pvc data-demo-meta-1 and pod demo-meta-1',
  ],
  [
    'has no volume deleted while a member is away',
    {
      pods: [{ id: 1, leads: true }, { id: 2 }, { id: 3, silent: true }],
      volumes: (each) => ({ ...each, size: 'not-expandable' }),
    },
    'wait VolumeNotExpandable: the class of data-demo-meta-0 does not let it grow to 10Gi',
  ],
  [
    'has no volume deleted that two members cannot do without',
    {
      meta: { replicas: 2 },
      pods: [{ id: 1, leads: true }, { id: 2 }],
      volumes: (each) => ({ ...each, size: 'not-expandable' }),
    },
    'wait VolumeNotExpandable: the class of data-demo-meta-0 does not let it grow to 10Gi',
  ],
  [
    'makes the StatefulSet anew before, so that volumes that come instead are larger',
    {
      pods: THREE,
      set: { volumeSizeCurrent: false },
      volumes: (each) => ({ ...each, size: 'not-expandable' }),
    },
    'GrowingVolumes: orphan set',
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
  [
    'has the others deleted with it while one is refused',
    { pods: THREE, meta: OWNED, rest: { refusals: refused(0) } },
    'ApplyingChildren: own-volume data-demo-meta-1 over 9',
  ],
  [
    'makes the StatefulSet anew while they are refused',
    {
      pods: THREE,
      meta: OWNED,
      set: { volumeSizeCurrent: false },
      rest: { refusals: refused(0, 1, 2) },
    },
    'GrowingVolumes: orphan set',
  ],
  [
    'says that they are refused',
    { pods: THREE, meta: OWNED, rest: { refusals: refused(0, 1, 2) } },
    'wait ChildRefused: data-demo-meta-0 is to be deleted with the resource; the API server refuses it: no owner',
  ],
];

describe('storage', () => {
  for (const [name, words, decision] of rows) {
    it(name, () => strictEqual(told(words), decision));
  }
});
