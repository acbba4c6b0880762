import { strictEqual } from 'node:assert/strict';
import { told } from '../testing/next-action.ts';
import type { Row } from '../testing/next-action.ts';

const rows: readonly Row[] = [
  [
    'waits until it is known which pods have the new template',
    {
      pods: [{ id: 1, leads: true }, { id: 2 }, { id: 3 }],
      rest: {
        statefulSet: {
          ...{ uid: 'set', resourceVersion: '7', state: 'current', replicas: 3 },
          volumeSizeCurrent: true,
        },
      },
    },
    'wait RollingOut: the StatefulSet controller has yet to take the new template',
  ],
  [
    'begins with the highest follower',
    {
      pods: [
        { id: 1, leads: true, outdated: true },
        { id: 2, outdated: true },
        { id: 3, outdated: true },
      ],
    },
    'RollingOut: delete demo-meta-2 uid pod-2',
  ],
  [
    'waits for the one before',
    {
      pods: [
        { id: 1, leads: true, outdated: true },
        { id: 2, outdated: true },
        { id: 3, behind: true },
      ],
    },
    'wait RollingOut: member 3 must be healthy before the next one is restarted',
  ],
  [
    'does not go on after a bad image',
    {
      pods: [
        { id: 1, leads: true, outdated: true },
        { id: 2, outdated: true },
        { id: 3, silent: true },
      ],
    },
    'wait RollingOut: member 3 must be healthy before the next one is restarted',
  ],
  [
    'goes on past the highest when that leads',
    { pods: [{ id: 1, outdated: true }, { id: 2 }, { id: 3, leads: true, outdated: true }] },
    'RollingOut: delete demo-meta-0 uid pod-0',
  ],
  [
    'hands over to an updated member before the turn of the leader',
    { pods: [{ id: 1, leads: true, outdated: true }, { id: 2 }, { id: 3 }] },
    'TransferringLeadership: at 40 in term 2 transfer to 2',
  ],
  [
    'does not hand over to one that is short of disk space, which would hand back',
    {
      pods: [
        { id: 1, leads: true, outdated: true },
        { id: 2, alarms: ['disk_space'] },
        { id: 3, alarms: ['list_long'] },
      ],
    },
    'TransferringLeadership: at 40 in term 2 transfer to 3',
  ],
  [
    'waits when all others are short of disk space',
    {
      meta: { replicas: 2 },
      pods: [
        { id: 1, leads: true, outdated: true },
        { id: 2, alarms: ['disk_space'] },
      ],
    },
    'wait UnsafeToProceed: demo-meta-0 takes the new template; it leads and hands over before: not now, member 2 is short of disk space, and nobody else is caught up',
  ],
  [
    'hands over to one that is as short of disk space as the leader',
    {
      meta: { replicas: 2 },
      pods: [
        { id: 1, leads: true, outdated: true, alarms: ['disk_space'] },
        { id: 2, alarms: ['disk_space'] },
      ],
    },
    'TransferringLeadership: at 40 in term 2 transfer to 2',
  ],
  [
    'does not restart a follower when too few others are healthy',
    {
      meta: { replicas: 4 },
      pods: [
        { id: 1, leads: true },
        { id: 2, outdated: true },
        { id: 3, outdated: true, behind: true },
        { id: 4 },
      ],
    },
    'RollingOut: delete demo-meta-2 uid pod-2',
  ],
  [
    'restarts a single member',
    { meta: { replicas: 1 }, pods: [{ id: 1, leads: true, outdated: true }] },
    'RollingOut: delete demo-meta-0 uid pod-0',
  ],
  [
    'restarts one of two',
    {
      meta: { replicas: 2 },
      pods: [
        { id: 1, leads: true, outdated: true },
        { id: 2, outdated: true },
      ],
    },
    'RollingOut: delete demo-meta-1 uid pod-1',
  ],
  [
    'restarts none of two while the other is behind',
    {
      meta: { replicas: 2 },
      pods: [
        { id: 1, leads: true },
        { id: 2, outdated: true, behind: true },
      ],
    },
    'wait UnsafeToProceed: demo-meta-1 takes the new template: not now, 1 healthy voters would be there where 2 are needed',
  ],
];

describe('roll', () => {
  for (const [name, words, decision] of rows) {
    it(name, () => strictEqual(told(words), decision));
  }
});
