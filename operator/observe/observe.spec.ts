import { deepStrictEqual } from 'node:assert/strict';
import { sampleCluster } from '../api/testing/sample-cluster.ts';
import { podName } from '../api/names.ts';
import type { Reader, Resource } from '../kube/api.ts';
import { CLUSTERS, PODS } from '../resources/kinds.ts';
import { seen } from '../plan/testing/seen.ts';
import { createMemory, observe } from './observe.ts';
import type { Sources } from './observe.ts';

const HOUR_MS = 3_600_000;
const SECOND_MS = 1_000;
const PLACE = { namespace: 'brokers', name: 'demo' } as const;

/** A cluster of one voter and a learner that receives nothing. */
const { cluster, pods } = seen({
  meta: { tls: { mode: 'Disabled' } },
  pods: [
    { id: 1, leads: true },
    { id: 2, learner: true, behind: true, silent: true },
  ],
});

const refuse = (): never => {
  throw new Error('a look changes nothing');
};

/** The resource and its first pod; of everything else there is nothing. */
const reader: Reader = {
  get: <Shape>({ plural }: Resource<Shape>) =>
    Promise.resolve((plural === CLUSTERS.plural ? cluster : undefined) as Shape | undefined),
  list: <Shape>({ plural }: Resource<Shape>) => {
    const leader = { metadata: { name: podName('demo', 0) }, status: { podIP: '10.0.0.1' } };
    return Promise.resolve((plural === PODS.plural ? [leader] : []) as Shape[]);
  },
};

const sourcesAt = (clocks: { readonly wallMs: number; readonly steadyMs: number }): Sources => ({
  reader,
  writer: { apply: refuse },
  members: { status: () => Promise.resolve(pods[0]?.status) },
  certificates: { read: refuse, isKeyOf: refuse, signer: refuse },
  installation: { imageRepository: 'registry.example/meta', namespace: 'operators', podLabels: {} },
  operator: 'operators/robustmq-operator',
  nowMs: () => clocks.wallMs,
  steadyMs: () => clocks.steadyMs,
});

describe('a look at a learner that receives nothing', () => {
  const begunMs = Date.parse(sampleCluster().metadata.creationTimestamp);
  const cases = [
    ['while nothing is done to the clock', SECOND_MS],
    ['while the clock is put an hour ahead', HOUR_MS],
    ['while the clock is put an hour back', -HOUR_MS],
  ] as const;
  for (const [name, jumpMs] of cases) {
    it(`finds it idle for as long as it was, ${name}`, async () => {
      const memory = createMemory();
      await observe(sourcesAt({ wallMs: begunMs, steadyMs: 70 }), memory, PLACE);
      const later = { wallMs: begunMs + jumpMs, steadyMs: 70 + SECOND_MS };
      const observed = await observe(sourcesAt(later), memory, PLACE);
      deepStrictEqual(observed?.observation.learnerIdleMs, { 'directory-2': SECOND_MS });
      deepStrictEqual(observed.observation.now.ms, later.wallMs);
    });
  }
});
