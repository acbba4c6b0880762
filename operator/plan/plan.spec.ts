import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import fc from 'fast-check';
import type { Observation } from './observation.ts';
import { pictureOf, quorumOf, votersOf } from './picture.ts';
import { plan } from './plan.ts';
import { settledDecision } from './testing/next-action.ts';
import { CLUSTER_ID, seen } from './testing/seen.ts';
import type { PodWords, Words } from './testing/seen.ts';

const THREE: readonly PodWords[] = [{ id: 1, leads: true }, { id: 2 }, { id: 3 }];

describe('plan', () => {
  it('writes the status before it acts, and then acts', () => {
    const observation = seen({ pods: THREE, meta: { replicas: 5 } });
    const first = plan(observation);
    strictEqual(first.kind === 'act' && first.action.kind, 'write-status');
    const { decision } = settledDecision(observation);
    strictEqual(decision.kind === 'act' && decision.action.kind, 'apply-stateful-set');
  });

  it('is settled, and writes nothing, when all is as wanted', () => {
    const { observation } = settledDecision(seen({ pods: THREE }));
    const later = {
      ...observation,
      now: { ms: observation.now.ms + 1e6, text: '2026-01-01T13:00:00Z' },
    };
    deepStrictEqual(plan(later), { kind: 'settled' });
  });

  it('finds the status the same whatever the order of its fields', () => {
    const { observation } = settledDecision(seen({ pods: THREE }));
    const status = Object.fromEntries(Object.entries(observation.cluster.status ?? {}).reverse());
    deepStrictEqual(plan({ ...observation, cluster: { ...observation.cluster, status } }), {
      kind: 'settled',
    });
  });
});

describe('that a person is needed', () => {
  const TWO_LOST: readonly PodWords[] = [{ id: 1 }, { id: 2, empty: true }, { id: 3, empty: true }];
  const status = { clusterId: CLUSTER_ID };
  const small: NonNullable<Words['volumes']> = (each) => ({ ...each, size: 'small' });
  const stuck: Words = {
    pods: [{ id: 1, leads: true }, { id: 2 }, { id: 3, learner: true, behind: true }],
    rest: { learnerIdleMs: { 'directory-3': 600_000 } },
    status: { learnerRetries: [{ pod: 'demo-meta-2', directory: 'before' }] },
  };
  const spent: Words = {
    pods: [{ id: 1, leads: true }, { id: 2 }, { id: 3, empty: true }],
    status: { replacements: [7, 8, 9].map((member) => ({ member, at: '2026-01-01T11:30:00Z' })) },
  };
  const cases: readonly (readonly [what: string, words: Words, done: string, reason: string])[] = [
    [
      'a volume grows while the quorum is lost',
      { pods: TWO_LOST, status, volumes: small },
      ...(['grow-volume', 'QuorumLost'] as const),
    ],
    [
      'a pod takes a new template while the quorum is lost',
      { pods: TWO_LOST.map((pod) => (pod.empty ? { ...pod, outdated: true } : pod)), status },
      ...(['delete-pod', 'QuorumLost'] as const),
    ],
    [
      'a volume grows while a member is stuck',
      { ...stuck, volumes: small },
      ...(['grow-volume', 'LearnerStuck'] as const),
    ],
    [
      'a volume grows while no more members may be replaced',
      { ...spent, volumes: small },
      ...(['grow-volume', 'ReplacementBudgetSpent'] as const),
    ],
  ];
  for (const [what, words, done, reason] of cases) {
    it(`stands in the status, though ${what}`, () => {
      const { decision, observation } = settledDecision(seen(words));
      strictEqual(decision.kind === 'act' && decision.action.kind, done);
      const { conditions = [], incident } = observation.cluster.status ?? {};
      const stalled = conditions.find(({ type }) => type === 'Stalled');
      deepStrictEqual([stalled?.status, stalled?.reason], ['True', reason]);
      strictEqual(incident !== undefined, reason === 'QuorumLost');
    });
  }
});

describe('of two operators', () => {
  const other = 'elsewhere/robustmq-operator';
  const MINE = 'robustmq-operator/robustmq-operator';
  const taken: Words = { pods: THREE, meta: { replicas: 5 }, status: { operator: other } };

  it('the first one writes its name before it does anything', () => {
    const first = plan(seen({ pods: THREE, meta: { replicas: 5 } }));
    const { action } = first as Extract<typeof first, { kind: 'act' }>;
    strictEqual(action.kind === 'write-status' && action.status.operator, MINE);
  });

  it('the second one does nothing, and does not even say so in the status', () => {
    deepStrictEqual(plan(seen(taken)), {
      kind: 'wait',
      reason: 'OtherOperator',
      message: `the operator ${other} has this cluster, and ${MINE} leaves it alone`,
    });
  });

  it('the second one takes over when the name is gone', () => {
    const first = plan(seen({ ...taken, status: {} }));
    strictEqual(first.kind === 'act' && first.action.kind, 'write-status');
  });
});

const condition = (words: Words): Readonly<Record<string, string>> => {
  const { observation } = settledDecision(seen(words));
  const conditions = observation.cluster.status?.conditions ?? [];
  return Object.fromEntries(
    conditions.map(({ type, status, reason }) => [type, `${status} ${reason}`]),
  );
};

describe('conditions', () => {
  const fine = 'AllMembersReady';
  const cases: readonly (readonly [string, Words, Readonly<Record<string, string>>])[] = [
    [
      'all is well',
      { pods: THREE },
      {
        Ready: `True ${fine}`,
        Available: 'True QuorumHealthy',
        Progressing: `False ${fine}`,
        Degraded: `False ${fine}`,
        Stalled: `False ${fine}`,
        Insecure: 'False PeersAuthenticated',
      },
    ],
    [
      'members come',
      { pods: THREE, meta: { replicas: 5 } },
      {
        Ready: 'False ScalingOut',
        Available: 'True QuorumHealthy',
        Progressing: 'True ScalingOut',
      },
    ],
    [
      'a follower is away',
      { pods: [{ id: 1, leads: true }, { id: 2 }, { id: 3, silent: true }] },
      {
        Available: 'True QuorumHealthy',
        Degraded: 'True MemberUnhealthy',
        Stalled: 'False MemberUnhealthy',
      },
    ],
    [
      'nobody leads',
      { pods: [{ id: 1 }, { id: 2 }, { id: 3 }] },
      { Ready: 'False NoLeader', Available: 'False NoLeader', Progressing: 'True NoLeader' },
    ],
    [
      'the quorum is lost',
      { pods: [{ id: 1 }, { id: 2, empty: true }, { id: 3, empty: true }] },
      {
        Available: 'False QuorumLost',
        Progressing: 'False QuorumLost',
        Stalled: 'True QuorumLost',
      },
    ],
    [
      'without TLS',
      { pods: THREE, meta: { tls: { mode: 'Disabled' } } },
      { Insecure: 'True TLSDisabled' },
    ],
    [
      'paused',
      { pods: THREE, cluster: (each) => ({ ...each, spec: { ...each.spec, paused: true } }) },
      { Ready: 'True Paused', Progressing: 'False Paused', Stalled: 'False Paused' },
    ],
  ];
  for (const [name, words, wanted] of cases) {
    it(name, () => {
      const all = condition(words);
      const asked = Object.fromEntries(Object.keys(wanted).map((type) => [type, all[type]]));
      deepStrictEqual(asked, wanted);
    });
  }
});

/** Whatever is seen: what must hold of the decision, judged apart from the code that decides. */
describe('plan, on whatever is seen', () => {
  const pod = (id: number): fc.Arbitrary<PodWords> =>
    fc.record(
      {
        id: fc.constant(id),
        learner: fc.constant(true as const),
        behind: fc.constant(true as const),
        silent: fc.constant(true as const),
        absent: fc.constant(true as const),
        empty: fc.constant(true as const),
        removed: fc.constant(true as const),
        outdated: fc.constant(true as const),
        ready: fc.constant(false as const),
      },
      { requiredKeys: [] },
    );
  const worlds = fc
    .tuple(
      fc.tuple(...[1, 2, 3, 4, 5].map(pod)),
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 0, max: 5 }),
      fc.integer({ min: 1, max: 7 }),
      fc.boolean(),
      fc.boolean(),
    )
    .map(([all, size, leads, replicas, joint, nodeLost]): Observation => {
      const pods = all.slice(0, size).map((each, ordinal) => {
        if (ordinal !== leads) return each;
        const { outdated } = each;
        return { id: ordinal + 1, leads: true as const, ...(outdated && { outdated }) };
      });
      return seen({
        pods,
        meta: {
          replicas,
          remediation: { replaceLostVolume: true, attempts: 3, periodMinutes: 60 },
        },
        status: { clusterId: CLUSTER_ID },
        ...(joint && { joint: true }),
        // Learners in odd places received nothing for long.
        rest: { learnerIdleMs: { 'demo-meta-1': 600_000, 'demo-meta-3': 600_000 } },
        volumes: (each) => ({ ...each, nodeLost: nodeLost && each.ordinal % 2 === 1 }),
      });
    });

  const property = (name: string, holds: (observation: Observation) => void): void => {
    it(name, () => {
      fc.assert(fc.property(worlds, holds), { numRuns: 3_000 });
    }).timeout(60_000);
  };

  property('writes a status once, and then goes on', (observation) => {
    const { decision } = settledDecision(observation);
    ok(
      decision.kind !== 'act' || decision.action.kind !== 'write-status',
      JSON.stringify(decision),
    );
  });

  property('leaves a quorum of healthy voters behind every removal', (observation) => {
    const { decision } = settledDecision(observation);
    if (decision.kind !== 'act' || decision.action.kind !== 'change-membership') return;
    const picture = pictureOf(observation);
    ok(
      (picture.configuration?.outgoingVoterIds.length ?? 0) === 0,
      'no change in a joint configuration',
    );
    const gone = new Set<number>();
    const come = new Set<number>();
    for (const { kind } of decision.action.changes) {
      if (kind?.$case === 'remove') gone.add(kind.value.memberId);
      if (kind?.$case === 'promote') come.add(kind.value.memberId);
    }
    const after = picture.members.filter(
      ({ id, voter }) => (voter || come.has(id)) && !gone.has(id),
    );
    for (const voters of [votersOf(picture), after]) {
      ok(voters.filter(({ healthy }) => healthy).length >= quorumOf(voters.length));
    }
  });

  property(
    'restarts a healthy voter only while a quorum stays, or all of two are healthy',
    (observation) => {
      const { decision } = settledDecision(observation);
      if (decision.kind !== 'act' || decision.action.kind !== 'delete-pod') return;
      const { uid } = decision.action;
      const picture = pictureOf(observation);
      const voters = votersOf(picture);
      const taken = voters.find((voter) => voter.pod?.uid === uid);
      if (taken?.healthy !== true) return;
      const healthy = voters.filter((voter) => voter.healthy).length;
      ok(voters.length <= 2 ? healthy === voters.length : healthy - 1 >= quorumOf(voters.length));
    },
  );

  property('deletes no volume that a member belongs to', (observation) => {
    const { decision } = settledDecision(observation);
    if (decision.kind !== 'act' || decision.action.kind !== 'delete-volume') return;
    const { uid } = decision.action;
    const ordinal = observation.volumes.find((volume) => volume.uid === uid)?.ordinal;
    ok(pictureOf(observation).members.every((member) => member.ordinal !== ordinal));
  });

  property('sets no number of pods below a member', (observation) => {
    const { decision } = settledDecision(observation);
    if (decision.kind !== 'act' || decision.action.kind !== 'apply-stateful-set') return;
    const { replicas } = decision.action;
    for (const { ordinal } of pictureOf(observation).members) ok((ordinal ?? -1) < replicas);
  });

  property(
    'neither begins nor recovers a cluster that is known and not consented to',
    (observation) => {
      const { decision } = settledDecision(observation);
      if (decision.kind !== 'act') return;
      ok(decision.action.kind !== 'bootstrap' && decision.action.kind !== 'recover');
    },
  );
});
