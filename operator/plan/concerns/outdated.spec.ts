import { strictEqual } from 'node:assert/strict';
import type { SeenPod } from '../observation.ts';
import { told } from '../testing/next-action.ts';
import type { Row } from '../testing/next-action.ts';
import { seen } from '../testing/seen.ts';
import type { PodWords, Words } from '../testing/seen.ts';

const THREE: readonly PodWords[] = [{ id: 1, leads: true }, { id: 2 }, { id: 3 }];

/** All are of a template with which they do not elect a leader. */
const leaderless = (
  seconds: number,
  third: PodWords = {},
  said: Partial<SeenPod['status']> = {},
): Words => {
  const pods: readonly PodWords[] = [1, 2, 3].map((id) => ({
    ...{ id, outdated: true, ready: false },
    ...(id === 3 && third),
  }));
  const at = new Date(Date.parse('2026-01-01T12:00:00Z') - seconds * 1_000).toISOString();
  const lasting = { type: 'Available', status: 'False', lastTransitionTime: at } as const;
  return {
    pods,
    status: { conditions: [{ ...lasting, reason: 'NoLeader', message: '' }] },
    rest: {
      pods: seen({ pods }).pods.map((pod) => ({
        ...pod,
        ...(pod.status && { status: { ...pod.status, ...said } }),
      })),
    },
  };
};
const NO_LEADER = 'wait NoLeader: 3 of 3 voters answer and nobody leads; 2 are needed';

const rows: readonly Row[] = [
  [
    'takes a template back with which nobody has led for a minute, one pod at a time',
    leaderless(60),
    'RollingOut: delete demo-meta-2 uid pod-2',
  ],
  ['has them elect a leader first', leaderless(59), NO_LEADER],
  ['leaves those alone that know of a leader', leaderless(60, {}, { leaderId: 2 }), NO_LEADER],
  [
    'leaves those alone that have just been started',
    leaderless(60, {}, { startedMs: Date.parse('2026-01-01T11:59:30Z') }),
    NO_LEADER,
  ],
  [
    'leaves alone what kubelet finds ready',
    leaderless(60, { ready: true }),
    'RollingOut: delete demo-meta-1 uid pod-1',
  ],
  [
    'waits for the one before to answer',
    leaderless(60, { silent: true, ready: true }),
    'wait NoLeader: 2 of 3 voters answer and nobody leads; 2 are needed',
  ],
  [
    'restarts a pod that does not run, before members come',
    { meta: { replicas: 5 }, pods: [...THREE, { silent: true, outdated: true }, { empty: true }] },
    'RollingOut: delete demo-meta-3 uid pod-3',
  ],
  [
    'leaves a pod that is silent and ready: the operator may be cut off',
    {
      pods: [
        { id: 1, leads: true },
        { id: 2, silent: true, ready: true, outdated: true },
        { id: 3, silent: true, ready: true, outdated: true },
      ] as never,
    },
    'wait RollingOut: member 2 must be healthy before the next one is restarted',
  ],
  [
    'leaves healthy voters to the roll, while members come',
    {
      meta: { replicas: 4 },
      pods: [
        { id: 1, leads: true },
        { id: 2, outdated: true },
        { id: 3 },
        { id: 4, learner: true, behind: true },
      ],
    },
    'wait ScalingOut: member 4 catches up',
  ],
  [
    'leaves pods of a StatefulSet that is not ours',
    { pods: [...THREE, { silent: true, outdated: true }], set: { state: 'foreign' } },
    'wait ChildNotOurs: the StatefulSet is there and does not belong to this resource',
  ],
  [
    'leaves pods of a StatefulSet of before',
    { pods: [...THREE, { silent: true, outdated: true }], set: { state: 'leaving' } },
    'wait ApplyingChildren: the StatefulSet of the resource that was deleted before has yet to go',
  ],
];

describe('outdated', () => {
  for (const [name, words, decision] of rows) {
    it(name, () => strictEqual(told(words), decision));
  }
});
