/** States of a cluster, in words, and what the conditions say of each: the truth table. */
import { sampleCluster } from '../../api/testing/sample-cluster.ts';
import type { PodWords, Words } from './seen.ts';

const THREE: readonly PodWords[] = [{ id: 1, leads: true }, { id: 2 }, { id: 3 }];
const ONE_SILENT: readonly PodWords[] = [
  { id: 1, leads: true },
  { id: 2, silent: true },
  { id: 3 },
];
const NOBODY_LEADS: readonly PodWords[] = [{ id: 1 }, { id: 2 }, { id: 3 }];
const TWO_LOST: readonly PodWords[] = [{ id: 1 }, { id: 2, empty: true }, { id: 3, empty: true }];
const STUCK: readonly PodWords[] = [
  { id: 1, leads: true },
  { id: 2 },
  { id: 3, learner: true, behind: true },
];
const TEN_MINUTES: NonNullable<Words['rest']> = { learnerIdleMs: { 'directory-3': 600_000 } };

const paused = (words: Words): Words => ({
  ...words,
  cluster: ({ metadata, spec }) => ({
    ...sampleCluster(spec.meta, { paused: true }),
    metadata,
    ...(words.status && { status: words.status }),
  }),
});

const believing = (authorities: readonly string[], name: string) => ({
  ...{ name, resourceVersion: '1', ownership: 'ours' as const, authorities },
  certificate: {
    ...{ fingerprint: `${name}-1`, notBeforeMs: 1_767_268_000_000, notAfterMs: 1_775_000_000_000 },
    signedBy: 'ca-1',
  },
});

const rotating: Words = {
  pods: THREE,
  rest: {
    tls: {
      authority: believing([], 'ca'),
      peer: believing(['ca-1', 'old'], 'peer'),
      operator: believing(['ca-1', 'old'], 'operator'),
    },
  },
};

export interface State {
  readonly name: string;
  readonly words: Words;
  /** Ready, Available, Progressing, Degraded, Stalled, Insecure; and the reason of Ready. */
  readonly said: string;
}

const state = (name: string, words: Words, said: string): State => ({ name, words, said });

export const STATES: readonly State[] = [
  state('all is well', { pods: THREE }, 'T T f f f f AllMembersReady'),
  state(
    'without TLS',
    { pods: THREE, meta: { tls: { mode: 'Disabled' } } },
    'T T f f f T AllMembersReady',
  ),
  state('members come', { pods: THREE, meta: { replicas: 5 } }, 'f T T f f f ScalingOut'),
  state('members go', { pods: THREE, meta: { replicas: 1 } }, 'f T T f f f ScalingIn'),
  state(
    'members are restarted',
    { pods: [{ id: 1, leads: true }, { id: 2, outdated: true }, { id: 3 }] },
    'f T T f f f RollingOut',
  ),
  state(
    'the only member is restarted',
    { pods: [{ id: 1, leads: true, outdated: true }], meta: { replicas: 1 } },
    'f T T f f f RollingOut',
  ),
  state(
    'a child is missing',
    { pods: THREE, set: { state: 'differs' } },
    'f T T f f f ApplyingChildren',
  ),
  state('an authority is being replaced', rotating, 'T T T f f f RotatingAuthority'),
  state('one member is silent', { pods: ONE_SILENT }, 'f T T T f f MemberUnhealthy'),
  state(
    'a disk is nearly full',
    { pods: [{ id: 1, leads: true }, { id: 2, alarms: ['list_long', 'disk_space'] }, { id: 3 }] },
    'T T f T f f AllMembersReady',
  ),
  state('nobody leads', { pods: NOBODY_LEADS }, 'f f T T f f NoLeader'),
  state(
    'the quorum is lost',
    { pods: TWO_LOST, status: { clusterId: 'c1' } },
    'f f f T T f QuorumLost',
  ),
  state(
    'a child is not ours',
    { pods: THREE, rest: { children: [{ kind: 'Service', name: 'a', state: 'foreign' }] } },
    'f T f f T f ChildNotOurs',
  ),
  state(
    'a damaged directory',
    { pods: [{ id: 1, leads: true }, { id: 2 }, { id: 3, damaged: true }] },
    'f T f T T f MemberBroken',
  ),
  state('a new member is stuck', { pods: STUCK, rest: TEN_MINUTES }, 'f T T T f f LearnerStuck'),
  state(
    'a new member is stuck again',
    {
      pods: STUCK,
      rest: TEN_MINUTES,
      status: { learnerRetries: [{ pod: 'demo-meta-2', directory: 'before' }] },
    },
    'f T f T T f LearnerStuck',
  ),
  state(
    'nothing has begun',
    { pods: [{ silent: true }], meta: { replicas: 1 } },
    'f f T f f f WaitingForPods',
  ),
  state('paused, and all is well', paused({ pods: THREE }), 'T T f f f f Paused'),
  state(
    'paused in the middle of a change',
    paused({ pods: THREE, meta: { replicas: 5 } }),
    'f T f f f f Paused',
  ),
  state('paused, and one member is silent', paused({ pods: ONE_SILENT }), 'f T f T f f Paused'),
  state('paused, and nobody leads', paused({ pods: NOBODY_LEADS }), 'f f f T f f Paused'),
  state(
    'paused, and without TLS',
    paused({ pods: THREE, meta: { tls: { mode: 'Disabled' } } }),
    'T T f f f T Paused',
  ),
];
