/** What is watched of Kubernetes: clusters, and what belongs to them. */
import type { Reader, Resource } from '../kube/api.ts';
import type { Connection } from '../kube/client/connection.ts';
import { createCache } from '../kube/reflector/cache.ts';
import { startReflector } from '../kube/reflector/reflector.ts';
import type { Trouble } from '../kube/reflector/reflector.ts';
import { createStore } from '../kube/reflector/store.ts';
import { CLUSTERS, WATCHED_CHILDREN } from '../resources/kinds.ts';
import { keyOf, ownedLabels } from './keys.ts';

export interface CachesSetup {
  readonly connection: Connection;
  /** Undefined: all. */
  readonly namespace: string | undefined;
  readonly live: Reader;
  /** Something about the cluster of this key has changed. */
  readonly changed: (key: string) => void;
  readonly trouble: Trouble;
}

export interface Caches {
  readonly reader: Reader;
  /** Resolves when all kinds were listed once. */
  readonly filled: Promise<unknown>;
  stop(): void;
}

export function startCaches(setup: CachesSetup): Caches {
  const { connection, namespace, live, changed, trouble } = setup;
  const stopping = new AbortController();
  const follow = (resource: Resource, labels: Readonly<Record<string, string>>) => {
    const store = createStore((object) => {
      const key = keyOf(resource, object);
      if (key !== undefined) changed(key);
    });
    const reflected = { resource, namespace, labels };
    const { filled } = startReflector({
      ...{ connection, reflected, store, trouble },
      signal: stopping.signal,
    });
    return { resource, store, filled };
  };
  const followed = [
    follow(CLUSTERS, {}),
    ...WATCHED_CHILDREN.map((resource) => follow(resource, ownedLabels())),
  ];
  const stores = new Map(followed.map(({ resource, store }) => [resource, store] as const));
  return {
    reader: createCache(stores, live),
    filled: Promise.all(followed.map(({ filled }) => filled)),
    stop: () => stopping.abort(),
  };
}
