import { strictEqual } from 'node:assert/strict';
import { told } from '../testing/next-action.ts';
import type { Row } from '../testing/next-action.ts';

const rows: readonly Row[] = [
  [
    'waits for a member that is away',
    { pods: [{ id: 1, leads: true }, { id: 2 }, { id: 3, silent: true }], rest: {} },
    'wait MemberUnhealthy: member 3 in demo-meta-2 is not healthy',
  ],
  [
    'waits for one that is behind',
    { pods: [{ id: 1, leads: true }, { id: 2 }, { id: 3, behind: true }] },
    'wait MemberUnhealthy: member 3 in demo-meta-2 is not healthy',
  ],
  [
    'waits for one that no Service leads to yet',
    { pods: [{ id: 1, leads: true }, { id: 2 }, { id: 3, ready: false }] },
    'wait WaitingForPods: demo-meta-2 is not ready yet, as kubelet says',
  ],
];

describe('health', () => {
  for (const [name, words, decision] of rows) {
    it(name, () => strictEqual(told(words), decision));
  }
});
