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

/** Certificates of one's own. */
const given = { peer: believing(['ca-1'], 'peer'), operator: believing(['ca-1'], 'operator') };
const unusable = {
  ...{ name: 'peer', ownership: 'ours' as const, authorities: [], problem: 'it is missing' },
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
    'a child is refused',
    { pods: THREE, set: { state: 'differs' }, rest: { statefulSetRefusal: 'it is invalid' } },
    'f T f f T f ChildRefused',
  ),
  state(
    'a damaged directory',
    { pods: [{ id: 1, leads: true }, { id: 2 }, { id: 3, damaged: true }] },
    'f T f T T f MemberBroken',
  ),
  state(
    'an older copy of a directory',
    { pods: [{ id: 1, leads: true }, { id: 2 }, { id: 3, regressed: true }] },
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
    'a recovery is wanted of another incident',
    {
      pods: TWO_LOST,
      status: { clusterId: 'c1' },
      meta: { recovery: { incident: 'another', member: 1 } },
    },
    'f f f T T f RecoveryRefused',
  ),
  state(
    'paused, and the quorum is lost',
    paused({ pods: TWO_LOST, status: { clusterId: 'c1' } }),
    'f f f T f f Paused',
  ),
  state(
    'an older version is wanted',
    { pods: THREE, meta: { version: '0.0.9' }, status: { version: '0.1.0' } },
    'f T f f T f DowngradeRefused',
  ),
  state(
    'the node of a volume is gone',
    { pods: ONE_SILENT, volumes: (each) => ({ ...each, nodeLost: each.ordinal === 1 }) },
    'f T f T T f VolumeLost',
  ),
  state(
    'volumes cannot grow',
    { pods: THREE, volumes: (each) => ({ ...each, size: 'not-expandable' }) },
    'f T f f T f VolumeNotExpandable',
  ),
  state(
    'too many were replaced',
    {
      pods: [{ id: 1, leads: true }, { id: 2 }, { id: 3, empty: true }],
      status: { replacements: [7, 8, 9].map((member) => ({ member, at: '2026-01-01T11:30:00Z' })) },
    },
    'f T f T T f ReplacementBudgetSpent',
  ),
  state(
    'a certificate cannot be used',
    { pods: THREE, rest: { tls: { ...given, peer: unusable } } },
    'f T f f T f CertificatesInvalid',
  ),
  state(
    'nothing has begun, for a certificate cannot be used',
    {
      ...{ pods: [], set: { bootstrap: undefined } as never },
      rest: { tls: { ...given, peer: unusable } },
    },
    'f f f f T f CertificatesInvalid',
  ),
  state(
    'volumes are older than the resource, and empty',
    {
      pods: [{ empty: true }],
      meta: { replicas: 1 },
      set: { bootstrap: undefined } as never,
      volumes: (each) => ({ ...each, predates: true }),
    },
    'f f f f T f BootstrapRefused',
  ),
  state(
    'who began the cluster is gone before it had',
    { pods: [{ empty: true }], meta: { replicas: 1 } },
    'f f f f T f BootstrapTargetLost',
  ),
  state(
    'members of another cluster are there',
    {
      pods: [{ foreign: true }],
      meta: { replicas: 1 },
      set: { bootstrap: undefined } as never,
      status: { clusterId: 'before' },
    },
    'f f f f T f OtherCluster',
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
