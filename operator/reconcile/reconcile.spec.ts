import { deepStrictEqual, rejects } from 'node:assert/strict';
import type { RobustMQCluster } from '../api/cluster.ts';
import { sampleCluster } from '../api/testing/sample-cluster.ts';
import type { Kubernetes, Resource } from '../kube/api.ts';
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
function createParts(
  answer: () => void,
  steadyMs: () => number,
): {
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
      if (options.dryRun !== undefined || options.subresource === undefined) answer();
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
    steadyMs,
    requireLeadership: () => undefined,
    tell: (_cluster, news) => told.push(news),
  };
  return { parts, told };
}

/** What comes of the first round that changes nothing; those that are refused are gone through. */
async function settled(round: () => ReturnType<typeof reconcile>): ReturnType<typeof reconcile> {
  for (let rounds = 0; rounds < 50; rounds++) {
    const outcome = await round().catch(() => undefined);
    if (outcome !== undefined && outcome.kind !== 'acted') return outcome;
  }
  throw new Error('there is no end to it');
}

const refuse = (): never => {
  throw new KubeError('refused', 'PATCH /x: 403', undefined, 'exceeded quota');
};

describe('a change that the API server refuses', () => {
  const said = 'ServiceAccount demo-meta is brought in line with the spec';

  it('is told, stands in the status, and is tried again', async () => {
    const now = { ms: 0, quotaLeft: false };
    const { parts, told } = createParts(
      () => now.quotaLeft || refuse(),
      () => now.ms,
    );
    const memory = createMemory();
    const round = (): ReturnType<typeof reconcile> => reconcile(parts, memory, PLACE);
    await round();
    await rejects(round(), KubeError);
    await round();
    const message = 'ServiceAccount demo-meta is refused by the API server: exceeded quota';
    const waiting = { kind: 'waiting', reason: 'ChildRefused', message };
    // What else is missing is made: that is refused, too, and then there is nothing left to try.
    deepStrictEqual(told[0], {
      ...{ type: 'Warning', reason: 'ApplyingChildren', action: 'ApplyChild' },
      message: `${said}; the API server refuses it: exceeded quota`,
    });
    deepStrictEqual(await settled(round), waiting);
    now.quotaLeft = true;
    now.ms = 60_000;
    await round();
    deepStrictEqual((await round()).kind, 'acted');
    deepStrictEqual(told.at(-1)?.message, said);
  });
});
