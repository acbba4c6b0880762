import { deepStrictEqual, ok } from 'node:assert/strict';
import type { Status } from '../../proto/gen/robustmq/admin/v1/admin.ts';
import type { RobustMQCluster } from '../api/cluster.ts';
import { sampleCluster } from '../api/testing/sample-cluster.ts';
import type { Kubernetes, Place, Resource } from '../kube/api.ts';
import { KubeError } from '../kube/kube-error.ts';
import { createMemory } from '../observe/observe.ts';
import type { News } from '../plan/news.ts';
import { seen } from '../plan/testing/seen.ts';
import type { PodWords } from '../plan/testing/seen.ts';
import { CLUSTERS, PODS, STATEFUL_SETS, VOLUME_CLAIMS } from '../resources/kinds.ts';
import type { StatefulSet } from '../resources/kubernetes.ts';
import { ownerReference } from '../resources/metadata.ts';
import { reconcile } from './reconcile.ts';
import type { Parts } from './reconcile.ts';

const ROUND_MS = 250;
const never = (): never => {
  throw new Error('there is nobody to ask');
};

type Refuses = (resource: Resource, object: unknown) => boolean;

/** A Kubernetes that keeps what is applied, unless it is refused, and members as the words say. */
function createWorld(words: readonly PodWords[], wanted: RobustMQCluster, refuses: Refuses) {
  const { pods, volumes } = seen({ pods: words });
  const now = { ms: 0, refuses };
  const objects = new Map<string, object>([[`${CLUSTERS.plural}/demo`, wanted]]);
  const keep = (key: string, object: object): object => {
    const metadata = { ...(object as RobustMQCluster).metadata, uid: `uid of ${key}` };
    objects.set(key, { ...object, metadata });
    return object;
  };
  for (const { name, ordinal } of pods) {
    keep(`${PODS.plural}/${name}`, { metadata: { name }, status: { podIP: `10.0.0.${ordinal}` } });
  }
  for (const { name } of volumes) {
    const metadata = { name, ownerReferences: [ownerReference(wanted)] };
    keep(`${VOLUME_CLAIMS.plural}/${name}`, { metadata });
  }
  const made = { statuses: 0, writes: 0 };
  const told: News[] = [];
  const kubernetes: Kubernetes = {
    get: <Shape>({ plural }: Resource<Shape>, { name }: Place) =>
      Promise.resolve(objects.get(`${plural}/${name}`) as Shape | undefined),
    list: <Shape>({ plural }: Resource<Shape>) =>
      Promise.resolve(
        [...objects].flatMap(([key, each]) =>
          key.startsWith(`${plural}/`) ? [each as Shape] : [],
        ),
      ),
    apply: async <Shape>(
      resource: Resource<Shape>,
      object: Shape,
      { name }: Place,
      {
        dryRun = false,
        subresource,
      }: { readonly dryRun?: boolean; readonly subresource?: string } = {},
    ) => {
      await Promise.resolve();
      const key = `${resource.plural}/${name}`;
      const before = objects.get(key);
      if (subresource !== undefined) {
        made.statuses++;
        const { status } = object as { readonly status?: unknown };
        objects.set(key, { ...before, status });
        return object;
      }
      if (!dryRun) made.writes++;
      if (now.refuses(resource, object)) {
        throw new KubeError('refused', 'PATCH /x: 403', undefined, 'denied by policy');
      }
      const uid = (before as RobustMQCluster | undefined)?.metadata.uid;
      if (dryRun) {
        const { metadata } = object as unknown as RobustMQCluster;
        return { ...object, metadata: { ...metadata, ...(uid !== undefined && { uid }) } };
      }
      keep(key, object as object);
      return object;
    },
    delete: never,
  };
  const statusAt = (ip: string): Status | undefined => pods[Number(ip.split('.').at(-1))]?.status;
  const parts: Parts = {
    ...{ cache: kubernetes, kubernetes, operator: 'operators/robustmq-operator' },
    members: {
      status: ({ ip }) => Promise.resolve(statusAt(ip)),
      bootstrap: () => Promise.resolve(),
      ...{ changeMembership: never, transfer: never, recover: never },
    },
    certificates: {
      ...{ read: never, isKeyOf: never, signer: never, createAuthority: never, issue: never },
    },
    installation: {
      imageRepository: 'registry.example/meta',
      ...{ namespace: 'operators', podLabels: {} },
    },
    nowMs: () => Date.UTC(2026, 0, 1),
    steadyMs: () => now.ms,
    requireLeadership: () => undefined,
    tell: (_cluster, news) => told.push(news),
  };
  const want = (cluster: RobustMQCluster): void => {
    const { metadata, status } = objects.get(`${CLUSTERS.plural}/demo`) as RobustMQCluster;
    const next = { ...metadata, generation: metadata.generation + 1 };
    objects.set(`${CLUSTERS.plural}/demo`, {
      ...cluster,
      metadata: next,
      ...(status && { status }),
    });
  };
  return { parts, made, told, now, objects, want };
}

type World = ReturnType<typeof createWorld>;

const stalledIn = ({ objects }: World): string => {
  const { status } = objects.get(`${CLUSTERS.plural}/demo`) as RobustMQCluster;
  const stalled = status?.conditions?.find(({ type }) => type === 'Stalled');
  return stalled?.status === 'True' ? `${stalled.reason}: ${stalled.message}` : '';
};

/** Rounds for so long; what the status said after each, once. */
async function roundsUntil(
  world: World,
  memory: ReturnType<typeof createMemory>,
  untilMs: number,
): Promise<readonly string[]> {
  const said = new Set<string>();
  for (; world.now.ms < untilMs; world.now.ms += ROUND_MS) {
    await reconcile(world.parts, memory, { namespace: 'brokers', name: 'demo' }).catch(
      (error: unknown) => {
        if (!(error instanceof KubeError)) throw error;
      },
    );
    said.add(stalledIn(world));
  }
  return [...said];
}

const specOf = (object: unknown): NonNullable<StatefulSet['spec']> | undefined =>
  (object as StatefulSet).spec;

const THREE: readonly PodWords[] = [{ id: 1, leads: true }, { id: 2 }, { id: 3 }];
const SETTLED_MS = 20_000;

interface Case {
  readonly what: string;
  readonly pods: readonly PodWords[];
  readonly meta: Parameters<typeof sampleCluster>[0];
  readonly refuses: Refuses;
  readonly said: string;
}

const CASES: readonly Case[] = [
  {
    what: 'a StatefulSet of more pods',
    pods: THREE,
    meta: { replicas: 5 },
    refuses: ({ plural }, object) =>
      plural === STATEFUL_SETS.plural && specOf(object)?.replicas === 5,
    said: 'the StatefulSet goes from 3 to 5 pods',
  },
  {
    what: 'how the cluster begins, on the StatefulSet',
    pods: [{ empty: true }],
    meta: { replicas: 1 },
    refuses: ({ plural }, object) =>
      plural === STATEFUL_SETS.plural &&
      (object as StatefulSet).metadata?.annotations !== undefined,
    said: 'demo-meta-0 begins the cluster',
  },
  {
    what: 'that volumes are kept',
    pods: THREE,
    meta: {},
    refuses: ({ plural }) => plural === VOLUME_CLAIMS.plural,
    said: 'data-demo-meta-0 is kept when the resource is deleted',
  },
];

describe('while the API server refuses', () => {
  for (const { what, pods, meta, refuses, said } of CASES) {
    it(`${what}, the status says so, and nothing is written again and again`, async () => {
      const spec = { tls: { mode: 'Disabled' as const }, replicas: pods.length };
      const world = createWorld(pods, sampleCluster(spec), refuses);
      const memory = createMemory();
      await roundsUntil(world, memory, SETTLED_MS);
      world.want(sampleCluster({ ...spec, ...meta }));
      await roundsUntil(world, memory, 2 * SETTLED_MS);
      const stalled = `ChildRefused: ${said}; the API server refuses it: denied by policy`;
      const before = { ...world.made, told: world.told.length };
      deepStrictEqual(await roundsUntil(world, memory, 2 * SETTLED_MS + 130_000), [stalled]);
      deepStrictEqual({ ...world.made, told: world.told.length }, before);
      world.now.refuses = () => false;
      await roundsUntil(world, memory, world.now.ms + 31_000);
      ok(world.made.writes > before.writes);
    });
  }
});
