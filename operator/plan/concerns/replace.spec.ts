import { strictEqual } from 'node:assert/strict';
import { told } from '../testing/next-action.ts';
import type { Row } from '../testing/next-action.ts';

const rows: readonly Row[] = [
  [
    'lets the new one learn first',
    { pods: [{ id: 1, leads: true }, { id: 2 }, { id: 3, empty: true }] },
    'ReplacingMember: at 40 learn new-2',
  ],
  [
    'does not replace a member whose directory is damaged',
    { pods: [{ id: 1, leads: true }, { id: 2 }, { id: 3, damaged: true }] },
    'wait MemberBroken: demo-meta-2 does not run: checksum of entry 9; if it cannot be repaired: kubectl delete pvc data-demo-meta-2 and pod demo-meta-2',
  ],
  [
    'does not replace a member that is silent',
    { pods: [{ id: 1, leads: true }, { id: 2 }, { id: 3, silent: true }] },
    'wait MemberUnhealthy: member 3 in demo-meta-2 is not healthy',
  ],
  [
    'does not when the rest is no quorum',
    {
      pods: [
        { id: 1, leads: true },
        { id: 2, silent: true },
        { id: 3, empty: true },
      ],
    },
    'wait UnsafeToProceed: member 3 lost its volume and is replaced: not now, 1 healthy voters would be there where 2 are needed',
  ],
  [
    'stops when too many were replaced',
    {
      pods: [{ id: 1, leads: true }, { id: 2 }, { id: 3, empty: true }],
      status: { replacements: [7, 8, 9].map((member) => ({ member, at: '2026-01-01T11:30:00Z' })) },
    },
    'wait ReplacementBudgetSpent: member 3 lost its volume and is replaced: not now, 3 were replaced within 60 minutes',
  ],
  [
    'forgets those before the period',
    {
      pods: [{ id: 1, leads: true }, { id: 2 }, { id: 3, empty: true }],
      status: { replacements: [7, 8, 9].map((member) => ({ member, at: '2026-01-01T10:59:59Z' })) },
    },
    'ReplacingMember: at 40 learn new-2',
  ],
  [
    'replaces one while the node of another one is gone, and a person is waited for',
    {
      meta: { replicas: 5 },
      pods: [
        ...[{ id: 1, leads: true } as const, { id: 2 }, { id: 3, silent: true } as const],
        ...[{ id: 4, empty: true } as const, { id: 5 }],
      ],
      volumes: (each) => ({ ...each, nodeLost: each.ordinal === 2 }),
    },
    'ReplacingMember: at 40 learn new-3',
  ],
  [
    'waits for one that learns already',
    {
      meta: { replicas: 4 },
      pods: [
        ...[{ id: 1, leads: true } as const, { id: 2 }, { id: 3, empty: true } as const],
        { id: 4, learner: true, behind: true },
      ],
    },
    'wait ScalingOut: member 4 catches up',
  ],
  [
    'waits for one that learns already, which the leader hears and the operator does not',
    {
      meta: { replicas: 4 },
      pods: [
        ...[{ id: 1, leads: true } as const, { id: 2 }, { id: 3, empty: true } as const],
        { id: 4, learner: true, behind: true, silent: true, heard: true },
      ],
    },
    'wait ScalingOut: member 4 catches up',
  ],
  [
    'has one that learns and is silent make way',
    {
      meta: { replicas: 4 },
      pods: [
        ...[{ id: 1, leads: true } as const, { id: 2 }, { id: 3, empty: true } as const],
        { id: 4, learner: true, behind: true, silent: true },
      ],
    },
    'ReplacingMember: at 40 remove 4',
  ],
  [
    'has one that learns on a node that is gone make way',
    {
      meta: { replicas: 4 },
      pods: [
        ...[{ id: 1, leads: true } as const, { id: 2 }, { id: 3, empty: true } as const],
        { id: 4, learner: true, silent: true },
      ],
      volumes: (each) => ({ ...each, nodeLost: each.ordinal === 3 }),
    },
    'ReplacingMember: at 40 remove 4',
  ],
  [
    'has one that is stuck make way, even the second time',
    {
      meta: { replicas: 4 },
      pods: [
        ...[{ id: 1, leads: true } as const, { id: 2 }, { id: 3, empty: true } as const],
        { id: 4, learner: true, behind: true },
      ],
      rest: { learnerIdleMs: { 'directory-4': 600_000 } },
      status: { learnerRetries: [{ pod: 'demo-meta-3', directory: 'before' }] },
    },
    'ReplacingMember: at 40 remove 4',
  ],
  [
    'has one make way after the other, and waits for those that learn',
    {
      meta: { replicas: 5 },
      pods: [
        ...[{ id: 1, leads: true } as const, { id: 2 }, { id: 3, empty: true } as const],
        { id: 4, learner: true, behind: true, silent: true },
        { id: 5, learner: true, behind: true },
      ],
    },
    'wait ScalingOut: member 4, member 5 catches up',
  ],
  [
    'then lets the new one learn',
    {
      meta: { replicas: 4 },
      pods: [
        ...[{ id: 1, leads: true } as const, { id: 2 }, { id: 3, empty: true } as const],
        { silent: true },
      ],
    },
    'ReplacingMember: at 40 learn new-2',
  ],
  [
    'has none make way when too many were replaced',
    {
      meta: { replicas: 4 },
      pods: [
        ...[{ id: 1, leads: true } as const, { id: 2 }, { id: 3, empty: true } as const],
        { id: 4, learner: true, behind: true, silent: true },
      ],
      status: { replacements: [7, 8, 9].map((member) => ({ member, at: '2026-01-01T11:30:00Z' })) },
    },
    'wait ReplacementBudgetSpent: member 3 lost its volume and is replaced: not now, 3 were replaced within 60 minutes',
  ],
  [
    'has none make way where nobody can come',
    {
      meta: { replicas: 4 },
      pods: [
        ...[{ id: 1, leads: true } as const, { id: 2 }, { id: 3, silent: true } as const],
        { id: 4, learner: true, behind: true, silent: true },
      ],
    },
    'wait ScalingOut: member 4 catches up',
  ],
  [
    'removes its member, when it may',
    {
      pods: [{ id: 1, leads: true }, { id: 2 }, { id: 3, silent: true }],
      volumes: (each) => ({ ...each, nodeLost: each.ordinal === 2 }),
      meta: { remediation: { replaceLostVolume: true, attempts: 3, periodMinutes: 60 } },
    },
    'ReplacingMember: at 40 remove 3',
  ],
  [
    'replaces nobody who leaves anyway',
    {
      pods: [
        ...[{ id: 1, leads: true } as const, { id: 2 }, { id: 3 }, { id: 4 }],
        { id: 5, silent: true },
      ],
      volumes: (each) => ({ ...each, nodeLost: each.ordinal === 4 }),
      meta: { remediation: { replaceLostVolume: true, attempts: 3, periodMinutes: 60 } },
    },
    'ScalingIn: at 40 remove 4, remove 5',
  ],
  [
    'then deletes the volume',
    {
      pods: [{ id: 1, leads: true }, { id: 2 }, { silent: true }],
      volumes: (each) => ({ ...each, nodeLost: each.ordinal === 2 }),
      meta: { remediation: { replaceLostVolume: true, attempts: 3, periodMinutes: 60 } },
    },
    'ReplacingMember: delete data-demo-meta-2 uid volume-2',
  ],
  [
    'then the pod that holds on to it',
    {
      pods: [{ id: 1, leads: true }, { id: 2 }, { silent: true }],
      volumes: (each) => ({ ...each, nodeLost: each.ordinal === 2, deleting: each.ordinal === 2 }),
      meta: { remediation: { replaceLostVolume: true, attempts: 3, periodMinutes: 60 } },
    },
    'ChangingMembers: delete demo-meta-2 uid pod-2',
  ],
];

describe('replace', () => {
  for (const [name, words, decision] of rows) {
    it(name, () => strictEqual(told(words), decision));
  }
});
