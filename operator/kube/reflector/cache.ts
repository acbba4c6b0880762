/** Reads from stores that are kept up to date, and from the API server what is in none of them. */
import type { Labels, Place, Reader, Resource } from '../api.ts';
import type { Store } from './store.ts';

/**
 * What is not in a store is looked up: it may lack the labels that the store is filled by, and must not
 * be taken for missing.
 */
export function createCache(stores: ReadonlyMap<Resource, Store>, live: Reader): Reader {
  return {
    get: async <Shape>(resource: Resource<Shape>, place: Place) =>
      (stores.get(resource)?.get(place) as Shape | undefined) ?? live.get(resource, place),
    list: <Shape>(resource: Resource<Shape>, namespace: string | undefined, labels: Labels) => {
      const store = stores.get(resource);
      if (store === undefined || namespace === undefined)
        return live.list(resource, namespace, labels);
      return Promise.resolve(store.list(namespace, labels) as readonly Shape[]);
    },
  };
}
