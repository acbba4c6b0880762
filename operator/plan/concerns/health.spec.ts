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
    'asks a person about one whose volume was put back to an older copy',
    { pods: [{ id: 1, leads: true }, { id: 2, regressed: true }, { id: 3 }] },
    'wait MemberBroken: demo-meta-1 is on an older copy of its directory: member 2 had acknowledged more than it holds, and counts in no quorum; to have it replaced: kubectl delete pvc data-demo-meta-1 and pod demo-meta-1',
  ],
  [
    'asks nobody any more once that volume is gone',
    { pods: [{ id: 1, leads: true }, { id: 2, regressed: true, empty: true }, { id: 3 }] },
    'ReplacingMember: at 40 learn new-1',
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
