import { strictEqual } from 'node:assert/strict';
import { told } from '../testing/next-action.ts';
import type { Row } from '../testing/next-action.ts';
import type { PodWords, Words } from '../testing/seen.ts';

const THREE: readonly PodWords[] = [{ id: 1, leads: true }, { id: 2 }, { id: 3 }];
const TEN_MINUTES: NonNullable<Words['rest']> = { learnerIdleMs: { 'directory-3': 600_000 } };

const givenUp = (directory: string): NonNullable<Words['status']> => ({
  learnerRetries: [{ pod: 'demo-meta-2', directory }],
});

const rows: readonly Row[] = [
  [
    'wait until all have caught up',
    {
      pods: [
        { id: 1, leads: true },
        { id: 2, learner: true, behind: true },
        { id: 3, learner: true },
      ],
    },
    'wait ScalingOut: member 2 catches up',
  ],
  [
    'become voters together',
    {
      pods: [
        { id: 1, leads: true },
        { id: 2, learner: true },
        { id: 3, learner: true },
      ],
    },
    'ScalingOut: at 40 promote 2, promote 3',
  ],
  [
    'go when they are wanted no more',
    { meta: { replicas: 3 }, pods: [...THREE, { id: 4, learner: true }] },
    'ChangingMembers: at 40 remove 4',
  ],
  [
    'go when their directory is gone',
    {
      meta: { replicas: 3 },
      pods: [
        { id: 1, leads: true },
        { id: 2, learner: true, empty: true },
        { id: 3, learner: true },
      ],
    },
    'ChangingMembers: at 40 remove 2',
  ],
  [
    'are tried afresh once',
    {
      pods: [{ id: 1, leads: true }, { id: 2 }, { id: 3, learner: true, behind: true }],
      rest: TEN_MINUTES,
    },
    'LearnerStuck: at 40 remove 3',
  ],
  [
    'are not tried twice',
    {
      pods: [{ id: 1, leads: true }, { id: 2 }, { id: 3, learner: true, behind: true }],
      rest: TEN_MINUTES,
      status: { learnerRetries: [{ pod: 'demo-meta-2', directory: 'before' }] },
    },
    'wait LearnerStuck: member 3 in demo-meta-2 does not catch up, twice now; to try again: kubectl delete pvc data-demo-meta-2 and pod demo-meta-2',
  ],
  [
    'are not tried afresh where their pod says nothing',
    {
      pods: [{ id: 1, leads: true }, { id: 2 }, { id: 3, learner: true, silent: true }],
      rest: TEN_MINUTES,
    },
    'wait LearnerStuck: member 3 in demo-meta-2 is not healthy, and has received nothing for long',
  ],
  [
    'are wiped when they were given up and never heard of it',
    {
      pods: [{ id: 1, leads: true }, { id: 2 }, { unaware: true }],
      status: givenUp('new-2'),
    },
    'ChangingMembers: delete data-demo-meta-2 uid volume-2',
  ],
  [
    'are wiped when they were given up before they heard of anything',
    {
      pods: [{ id: 1, leads: true }, { id: 2 }, { empty: true }],
      status: givenUp('new-2'),
    },
    'ChangingMembers: delete data-demo-meta-2 uid volume-2',
  ],
  [
    'are wiped when they were given up in the place of a lost voter',
    {
      pods: [{ id: 1, leads: true }, { id: 2 }, { id: 3, empty: true }],
      status: givenUp('new-2'),
    },
    'ChangingMembers: delete data-demo-meta-2 uid volume-2',
  ],
];

describe('learners', () => {
  for (const [name, words, decision] of rows) {
    it(name, () => strictEqual(told(words), decision));
  }
});
