import { strictEqual } from 'node:assert/strict';
import { told } from '../testing/next-action.ts';
import type { Row } from '../testing/next-action.ts';
import { seen } from '../testing/seen.ts';
import type { PodWords } from '../testing/seen.ts';

const THREE: readonly PodWords[] = [{ id: 1, leads: true }, { id: 2 }, { id: 3 }];

const rows: readonly Row[] = [
  [
    'does not remove a member that nobody can place',
    {
      meta: { replicas: 3 },
      pods: [{ id: 1, leads: true }, { id: 2 }, { id: 3 }, { id: 4, nowhere: true, absent: true }],
      set: { replicas: 3 },
    },
    'wait MemberUnhealthy: member 4 has no pod',
  ],
  [
    'takes no pods away while a member cannot be placed',
    {
      meta: { replicas: 3 },
      pods: [
        { id: 1, leads: true },
        { id: 2 },
        { id: 3 },
        { removed: true },
        { id: 5, nowhere: true, silent: true },
      ],
    },
    'wait MemberUnhealthy: member 5 has no pod',
  ],
  [
    'adds pods',
    { meta: { replicas: 5 }, pods: THREE },
    'ScalingOut: apply 5 pods over 7, begun by directory-1',
  ],
  [
    'waits for a volume of before',
    {
      meta: { replicas: 5 },
      pods: [...THREE, {}, {}],
      set: { replicas: 3 },
      rest: { pods: seen({ pods: THREE }).pods },
      volumes: (each) => ({ ...each, deleting: each.ordinal > 2 }),
    },
    'wait WaitingForVolume: the old data-demo-meta-3 is still being deleted',
  ],
  [
    'waits for all new pods',
    { meta: { replicas: 5 }, pods: [...THREE, { empty: true }, { silent: true }] },
    'wait WaitingForPods: pod 4 does not answer',
  ],
  [
    'lets all new members learn in one change',
    { meta: { replicas: 5 }, pods: [...THREE, { empty: true }, { empty: true }] },
    'ScalingOut: at 40 learn new-3, learn new-4',
  ],
  [
    'goes back before any began to learn',
    { meta: { replicas: 3 }, pods: [...THREE, { empty: true }, { silent: true }] },
    'ScalingIn: apply 3 pods over 7, begun by directory-1',
  ],
  [
    'removes the highest in one change',
    { meta: { replicas: 3 }, pods: [...THREE, { id: 4 }, { id: 5 }] },
    'ScalingIn: at 40 remove 4, remove 5',
  ],
  [
    'has a leader that leaves hand over before',
    {
      meta: { replicas: 3 },
      pods: [{ id: 1, behind: true }, { id: 2 }, { id: 3 }, { id: 4 }, { id: 5, leads: true }],
    },
    'TransferringLeadership: at 40 in term 2 transfer to 2',
  ],
  [
    'goes from two to one',
    { meta: { replicas: 1 }, pods: [{ id: 1, leads: true }, { id: 2 }] },
    'ScalingIn: at 40 remove 2',
  ],
  [
    'removes nobody without a quorum afterwards',
    {
      meta: { replicas: 3 },
      pods: [
        { id: 1, leads: true },
        { id: 2, silent: true },
        { id: 3, silent: true },
        { id: 4 },
        { id: 5 },
      ],
    },
    'wait UnsafeToProceed: member 4, member 5 leaves: not now, 1 healthy voters would be there where 2 are needed',
  ],
  [
    'removes the one whose node is gone',
    {
      meta: { replicas: 3 },
      pods: [...THREE, { id: 4 }, { id: 5, silent: true }],
      volumes: (each) => ({ ...each, nodeLost: each.ordinal === 4 }),
    },
    'ScalingIn: at 40 remove 4, remove 5',
  ],
  [
    'removes others than the one whose node is gone',
    {
      meta: { replicas: 3 },
      pods: [{ id: 1, leads: true }, { id: 2 }, { id: 3, silent: true }, { id: 4 }, { id: 5 }],
      volumes: (each) => ({ ...each, nodeLost: each.ordinal === 2 }),
    },
    'ScalingIn: at 40 remove 4, remove 5',
  ],
  [
    'waits for no pod whose node is gone',
    {
      meta: { replicas: 4 },
      pods: [{ id: 1, leads: true }, { id: 2 }, { id: 3, silent: true }, { empty: true }],
      volumes: (each) => ({ ...each, nodeLost: each.ordinal === 2 }),
    },
    'ScalingOut: at 40 learn new-3',
  ],
  [
    'takes pods away when no member is on them',
    { meta: { replicas: 3 }, pods: [...THREE, { removed: true }, { removed: true }] },
    'ScalingIn: apply 3 pods over 7, begun by directory-1',
  ],
  [
    'does not wait until those that left have heard of it',
    { meta: { replicas: 3 }, pods: [...THREE, { unaware: true }, { unaware: true }] },
    'ScalingIn: apply 3 pods over 7, begun by directory-1',
  ],
  [
    'waits until one has heard that it was removed whose place is wanted',
    { meta: { replicas: 3 }, pods: [{ id: 1, leads: true }, { id: 2 }, { unaware: true }] },
    'wait ChangingMembers: demo-meta-2 is to hear that its member was removed',
  ],
  [
    'deletes volumes without a pod',
    {
      meta: { replicas: 3 },
      pods: [...THREE, { silent: true }],
      set: { replicas: 3 },
      rest: { pods: seen({ pods: THREE }).pods },
    },
    'ChangingMembers: delete data-demo-meta-3 uid volume-3',
  ],
  [
    'wipes a removed member whose place is wanted',
    { meta: { replicas: 3 }, pods: [{ id: 1, leads: true }, { id: 2 }, { removed: true }] },
    'ChangingMembers: delete data-demo-meta-2 uid volume-2',
  ],
  [
    'touches nothing of another cluster',
    { meta: { replicas: 3 }, pods: [{ id: 1, leads: true }, { id: 2 }, { foreign: true }] },
    'wait ForeignMember: demo-meta-2 has data of member 99 of other; if it is not needed: kubectl delete pvc data-demo-meta-2 and pod demo-meta-2',
  ],
];

describe('scale', () => {
  for (const [name, words, decision] of rows) {
    it(name, () => strictEqual(told(words), decision));
  }
});
