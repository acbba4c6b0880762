import { strictEqual } from 'node:assert/strict';
import { podName } from '../api/names.ts';
import { sampleCluster } from '../api/testing/sample-cluster.ts';
import { seen } from '../plan/testing/seen.ts';
import type { Pod } from '../resources/kubernetes.ts';
import { seenPod } from './seen-pod.ts';

type Status = NonNullable<Pod['status']>;

const problemOf = (status: Status): string | undefined =>
  seenPod(sampleCluster(), { ordinal: 0, object: { status } }, undefined).problem;

const unscheduled = (said: { readonly message?: string } = {}): Status => ({
  conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', ...said }],
});

const container = (
  state: Record<string, { readonly reason?: string; readonly exitCode: number }>,
  lastState?: typeof state,
): Status => ({
  containerStatuses: [
    {
      ...{ name: 'meta', image: 'meta', imageID: '', ready: false, restartCount: 1 },
      ...{ state, ...(lastState && { lastState }) },
    },
  ],
});

describe('what is wrong with a pod', () => {
  const cases = [
    ['nothing', {}, undefined],
    ['no node takes it', unscheduled(), 'Unschedulable'],
    [
      'no node takes it, and the scheduler says why',
      unscheduled({
        message: '0/3 nodes are available: 3 Insufficient cpu. preemption: 0/3 are no help.',
      }),
      'Unschedulable: 0/3 nodes are available: 3 Insufficient cpu',
    ],
    ['it is made', container({ waiting: { reason: 'ContainerCreating', exitCode: 0 } }), undefined],
    [
      'it ends again and again',
      container(
        { waiting: { reason: 'CrashLoopBackOff', exitCode: 0 } },
        { terminated: { reason: 'OOMKilled', exitCode: 137 } },
      ),
      'CrashLoopBackOff after OOMKilled',
    ],
    ['it has ended', container({ terminated: { exitCode: 1 } }), 'ended'],
  ] as const;
  for (const [what, status, problem] of cases) {
    it(`is told: ${what}`, () => {
      strictEqual(problemOf(status), problem);
    });
  }
});

describe('what is said at the address of a pod', () => {
  const { pods } = seen({ pods: [{ id: 1, leads: true }, { id: 2 }] });
  const pod = { ordinal: 1, object: { metadata: { name: podName('demo', 1) } } };

  it('is of its member', () => {
    strictEqual(seenPod(sampleCluster(), pod, pods[1]?.status).status, pods[1]?.status);
  });

  it('is of nobody where another member has the address by now', () => {
    strictEqual(seenPod(sampleCluster(), pod, pods[0]?.status).status, undefined);
  });
});
