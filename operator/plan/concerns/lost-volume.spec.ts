import { strictEqual } from 'node:assert/strict';
import { told } from '../testing/next-action.ts';
import type { Row } from '../testing/next-action.ts';

const NEEDED =
  'wait VolumeLost: the node of data-demo-meta-2 is gone; to have its member replaced: kubectl delete pvc data-demo-meta-2 and pod demo-meta-2';

const rows: readonly Row[] = [
  [
    'names the command',
    {
      pods: [{ id: 1, leads: true }, { id: 2 }, { id: 3, silent: true }],
      volumes: (each) => ({ ...each, nodeLost: each.ordinal === 2 }),
    },
    NEEDED,
  ],
  [
    'names it when the member only learns, however long',
    {
      pods: [{ id: 1, leads: true }, { id: 2 }, { id: 3, learner: true, silent: true }],
      volumes: (each) => ({ ...each, nodeLost: each.ordinal === 2 }),
      rest: { learnerIdleMs: { 'directory-3': 600_000 } },
    },
    NEEDED,
  ],
  [
    'names it when no member is on the volume yet',
    {
      pods: [{ id: 1, leads: true }, { id: 2 }, { silent: true }],
      volumes: (each) => ({ ...each, nodeLost: each.ordinal === 2 }),
    },
    NEEDED,
  ],
  [
    'restarts nobody meanwhile',
    {
      pods: [
        { id: 1, leads: true },
        { id: 2, outdated: true },
        { id: 3, silent: true },
      ],
      volumes: (each) => ({ ...each, nodeLost: each.ordinal === 2 }),
    },
    NEEDED,
  ],
  [
    'lets those that learn become voters',
    {
      meta: { replicas: 5 },
      pods: [
        ...[{ id: 1, leads: true } as const, { id: 2 }, { id: 3, silent: true } as const],
        ...[{ id: 4, learner: true } as const, { id: 5, learner: true } as const],
      ],
      volumes: (each) => ({ ...each, nodeLost: each.ordinal === 2 }),
    },
    'ScalingOut: at 40 promote 4, promote 5',
  ],
  [
    'has them not wait for one that learns there',
    {
      meta: { replicas: 5 },
      pods: [
        ...[{ id: 1, leads: true } as const, { id: 2 }, { id: 3 }],
        ...[{ id: 4, learner: true } as const, { id: 5, learner: true, silent: true } as const],
      ],
      volumes: (each) => ({ ...each, nodeLost: each.ordinal === 4 }),
    },
    'ScalingOut: at 40 promote 4',
  ],
  [
    'says nothing of one that is not wanted any more',
    {
      pods: [{ id: 1, leads: true }, { id: 2 }, { id: 3 }, { silent: true }],
      volumes: (each) => ({ ...each, nodeLost: each.ordinal === 3 }),
    },
    'ScalingIn: apply 3 pods over 7, begun by directory-1',
  ],
  [
    'says nothing of one that is being deleted',
    {
      pods: [{ id: 1, leads: true }, { id: 2 }, { id: 3, silent: true }],
      volumes: (each) => ({ ...each, nodeLost: each.ordinal === 2, deleting: each.ordinal === 2 }),
    },
    'wait MemberUnhealthy: member 3 in demo-meta-2 is not healthy',
  ],
];

describe('lost volume', () => {
  for (const [name, words, decision] of rows) {
    it(name, () => strictEqual(told(words), decision));
  }
});
