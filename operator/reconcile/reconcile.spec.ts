import { deepStrictEqual, rejects } from 'node:assert/strict';
import type { RobustMQCluster } from '../api/cluster.ts';
import { sampleCluster } from '../api/testing/sample-cluster.ts';
import type { ApplyOptions, Kubernetes, Resource } from '../kube/api.ts';
import { KubeError } from '../kube/kube-error.ts';
import { createMemory } from '../observe/observe.ts';
import type { News } from '../plan/news.ts';
import { CLUSTERS } from '../resources/kinds.ts';
import { reconcile } from './reconcile.ts';
import type { Parts } from './reconcile.ts';

const PLACE = { namespace: 'brokers', name: 'demo' } as const;
const NOW_MS = Date.UTC(2026, 0, 1);

const never = (): never => {
  throw new Error('there is nobody to ask');
};

/** A Kubernetes with one resource and none of its children; all but its status is answered by `answer`. */
function createParts(answer: (options: ApplyOptions) => void): {
  readonly parts: Parts;
  readonly told: News[];
} {
  let cluster: RobustMQCluster = sampleCluster({ tls: { mode: 'Disabled' } });
  const told: News[] = [];
  const kubernetes: Kubernetes = {
    get: <Shape>({ plural }: Resource<Shape>) =>
      Promise.resolve((plural === CLUSTERS.plural ? cluster : undefined) as Shape | undefined),
    list: () => Promise.resolve([]),
    apply: async (_resource, object, _place, options = {}) => {
      await Promise.resolve();
      if (options.subresource === undefined) answer(options);
      else cluster = { ...cluster, status: (object as RobustMQCluster).status ?? {} };
      return object;
    },
    delete: never,
  };
  const parts: Parts = {
    ...{ cache: kubernetes, kubernetes, operator: 'operators/robustmq-operator' },
    members: {
      status: never,
      bootstrap: never,
      changeMembership: never,
      transfer: never,
      recover: never,
    },
    certificates: {
      read: never,
      isKeyOf: never,
      signer: never,
      createAuthority: never,
      issue: never,
    },
    installation: {
      imageRepository: 'registry.example/meta',
      namespace: 'operators',
      podLabels: {},
    },
    nowMs: () => NOW_MS,
    steadyMs: () => 0,
    requireLeadership: () => undefined,
    tell: (_cluster, news) => told.push(news),
  };
  return { parts, told };
}

const refuse = (): never => {
  throw new KubeError('refused', 'PATCH /x: 403', undefined, 'exceeded quota');
};

describe('a change that the API server refuses', () => {
  it('is told, though it was taken when it was tried', async () => {
    const { parts, told } = createParts(({ dryRun }) => dryRun ?? refuse());
    const memory = createMemory();
    await reconcile(parts, memory, PLACE);
    await rejects(reconcile(parts, memory, PLACE), KubeError);
    deepStrictEqual(
      told.map(({ type, reason, message }) => `${type} ${reason}: ${message}`),
      [
        'Warning ApplyingChildren: ServiceAccount demo-meta is brought in line with the spec; the API server refuses it: exceeded quota',
      ],
    );
  });

  it('stands in the status when it is refused before', async () => {
    const { parts, told } = createParts(refuse);
    const memory = createMemory();
    await reconcile(parts, memory, PLACE);
    const outcome = await reconcile(parts, memory, PLACE);
    deepStrictEqual(outcome, {
      kind: 'waiting',
      reason: 'ChildRefused',
      message: 'ServiceAccount demo-meta is refused by the API server: exceeded quota',
    });
    deepStrictEqual(
      told.map(({ type, action }) => `${type} ${action}`),
      ['Warning Stall'],
    );
  });
});
