import { deepStrictEqual, ok } from 'node:assert/strict';
import { CONDITION_TYPES, REASONS } from '../api/condition.ts';
import { sampleCluster } from '../api/testing/sample-cluster.ts';
import { settledDecision } from './testing/next-action.ts';
import { seen } from './testing/seen.ts';
import type { PodWords, Words } from './testing/seen.ts';

const THREE: readonly PodWords[] = [{ id: 1, leads: true }, { id: 2 }, { id: 3 }];
const ONE_SILENT: readonly PodWords[] = [
  { id: 1, leads: true },
  { id: 2, silent: true },
  { id: 3 },
];
const NOBODY_LEADS: readonly PodWords[] = [{ id: 1 }, { id: 2 }, { id: 3 }];
const TWO_LOST: readonly PodWords[] = [{ id: 1 }, { id: 2, empty: true }, { id: 3, empty: true }];

const paused = (words: Words): Words => ({
  ...words,
  cluster: ({ metadata, spec }) => ({
    ...sampleCluster(spec.meta, { paused: true }),
    metadata,
    ...(words.status && { status: words.status }),
  }),
});

const believing = (authorities: readonly string[], name: string) => ({
  ...{ name, resourceVersion: '1', foreign: false, authorities },
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

/** Ready, Available, Progressing, Degraded, Stalled, Insecure; and the reason of Ready. */
const rows: readonly (readonly [name: string, words: Words, said: string])[] = [
  ['all is well', { pods: THREE }, 'T T f f f f AllMembersReady'],
  [
    'without TLS',
    { pods: THREE, meta: { tls: { mode: 'Disabled' } } },
    'T T f f f T AllMembersReady',
  ],
  ['members come', { pods: THREE, meta: { replicas: 5 } }, 'f T T f f f ScalingOut'],
  ['members go', { pods: THREE, meta: { replicas: 1 } }, 'f T T f f f ScalingIn'],
  [
    'a child is missing',
    { pods: THREE, set: { state: 'differs' } },
    'f T T f f f ApplyingChildren',
  ],
  ['an authority is being replaced', rotating, 'T T T f f f RotatingAuthority'],
  ['one member is silent', { pods: ONE_SILENT }, 'f T T T f f MemberUnhealthy'],
  ['nobody leads', { pods: NOBODY_LEADS }, 'f f T T f f NoLeader'],
  ['the quorum is lost', { pods: TWO_LOST, status: { clusterId: 'c1' } }, 'f f f T T f QuorumLost'],
  [
    'a child is not ours',
    { pods: THREE, rest: { children: [{ kind: 'Service', name: 'a', state: 'foreign' }] } },
    'f T f f T f ChildNotOurs',
  ],
  [
    'a damaged directory',
    { pods: [{ id: 1, leads: true }, { id: 2 }, { id: 3, damaged: true }] },
    'f T f T T f MemberBroken',
  ],
  [
    'nothing has begun',
    { pods: [{ silent: true }], meta: { replicas: 1 } },
    'f f T f f f WaitingForPods',
  ],
  ['paused, and all is well', paused({ pods: THREE }), 'T T f f f f Paused'],
  [
    'paused in the middle of a change',
    paused({ pods: THREE, meta: { replicas: 5 } }),
    'f T f f f f Paused',
  ],
  ['paused, and one member is silent', paused({ pods: ONE_SILENT }), 'f T f T f f Paused'],
  ['paused, and nobody leads', paused({ pods: NOBODY_LEADS }), 'f f f T f f Paused'],
  [
    'paused, and without TLS',
    paused({ pods: THREE, meta: { tls: { mode: 'Disabled' } } }),
    'T T f f f T Paused',
  ],
];

describe('truth table of the conditions', () => {
  for (const [name, words, said] of rows) {
    it(name, () => {
      const { observation } = settledDecision(seen(words));
      const conditions = observation.cluster.status?.conditions ?? [];
      deepStrictEqual(
        conditions.map(({ type }) => type),
        [...CONDITION_TYPES],
      );
      const [ready] = conditions;
      const letters = conditions.map(({ status }) => (status === 'True' ? 'T' : 'f'));
      deepStrictEqual([...letters, ready?.reason].join(' '), said);
      for (const { reason, observedGeneration } of conditions) {
        ok(reason in REASONS, reason);
        deepStrictEqual(observedGeneration, observation.cluster.metadata.generation);
      }
    });
  }
});
