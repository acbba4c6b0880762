/** The resources of many clusters: made, changed, and watched. */
import { API_VERSION, KIND, type RobustMQCluster } from '../../../operator/api/cluster.ts';
import type { Connection } from '../../../operator/kube/client/connection.ts';
import { pathOf } from '../../../operator/kube/client/path.ts';
import { startReflector } from '../../../operator/kube/reflector/reflector.ts';
import { createStore } from '../../../operator/kube/reflector/store.ts';
import { CLUSTERS } from '../../../operator/resources/kinds.ts';
import { isAsSpecified } from '../health/ready.ts';

export interface Clusters {
  readonly names: readonly string[];
  /** Makes all of them. */
  create(): Promise<void>;
  /** Changes what the pods of one are made from: all are replaced, one after the other. */
  roll(name: string): Promise<void>;
  /** How many say that they are as their specs want them. */
  ready(): number;
  stop(): void;
}

const CALL_MS = 10_000;
const ANNOTATION = 'example.com/edited';

/** Watches those of a namespace. */
export function watchClusters(connection: Connection, namespace: string, count: number): Clusters {
  const names = Array.from({ length: count }, (_, at) => `c${at + 1}`);
  const stopping = new AbortController();
  const store = createStore(() => undefined);
  startReflector({
    ...{ connection, store, signal: stopping.signal },
    reflected: { resource: CLUSTERS, namespace, labels: {} },
    trouble: (what, why) => console.error(`${what}: ${why}`),
  });
  let edits = 0;
  return {
    names,
    create: async () => {
      for (const name of names) {
        const body = clusterOf(namespace, name);
        const path = pathOf(CLUSTERS, { namespace });
        await connection.call({ method: 'POST', path, body }, CALL_MS);
      }
    },
    roll: async (name) => {
      edits += 1;
      const body = { spec: { meta: { pod: { annotations: { [ANNOTATION]: `${edits}` } } } } };
      const path = pathOf(CLUSTERS, { namespace, name });
      const contentType = 'application/merge-patch+json';
      await connection.call({ method: 'PATCH', path, body, contentType }, CALL_MS);
    },
    ready: () =>
      names.filter((name) => {
        const cluster = store.get({ namespace, name }) as RobustMQCluster | undefined;
        return cluster !== undefined && isAsSpecified(cluster);
      }).length,
    stop: () => stopping.abort(),
  };
}

const clusterOf = (namespace: string, name: string): object => ({
  ...{ apiVersion: API_VERSION, kind: KIND, metadata: { namespace, name } },
  spec: {
    meta: { version: '0.1.0', replicas: 3, storage: { size: '1Gi' }, tls: { mode: 'Managed' } },
  },
});
