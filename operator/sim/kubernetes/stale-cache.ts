/** A cache that is behind, each kind by as much as it likes: what an operator sees between two events. */
import type { Prng } from '../../../server/sim/prng.ts';
import type { Place, Reader, Resource } from '../../kube/api.ts';
import { all, find, hasLabels, keyOf } from './api-server.ts';
import type { AnyObject, ApiServer } from './api-server.ts';

export interface StaleCache extends Reader {
  /** Takes in some of what it has missed, or all of it. */
  catchUp(): void;
}

/**
 * A cache that was just filled; as the API server answers from a cache of its own, it may be behind at
 * once, by so many events.
 */
export function createStaleCache(server: ApiServer, prng: Prng, behindMax: number): StaleCache {
  const kinds = new Map<string, { seen: number; readonly objects: Map<string, AnyObject> }>();
  const kindOf = ({
    plural,
  }: Resource): { seen: number; readonly objects: Map<string, AnyObject> } => {
    const known = kinds.get(plural);
    if (known !== undefined) return known;
    const fresh = { seen: 0, objects: new Map<string, AnyObject>() };
    kinds.set(plural, fresh);
    take(plural, fresh, Math.max(0, server.events.length - prng.below(behindMax + 1)));
    return fresh;
  };
  const take = (
    plural: string,
    kind: { seen: number; readonly objects: Map<string, AnyObject> },
    upTo: number,
  ): void => {
    for (; kind.seen < upTo; kind.seen += 1) {
      const event = server.events[kind.seen];
      if (event?.resource.plural !== plural) continue;
      if (event.object === undefined) kind.objects.delete(event.key);
      else kind.objects.set(event.key, event.object);
    }
  };
  return {
    catchUp: () => {
      for (const [plural, kind] of kinds) {
        const missed = server.events.length - kind.seen;
        const taken = prng.chance(0.7) ? missed : prng.below(missed + 1);
        take(plural, kind, kind.seen + taken);
      }
    },
    get: <Shape>(resource: Resource<Shape>, place: Place) =>
      Promise.resolve(
        (resource.namespaced
          ? kindOf(resource).objects.get(keyOf(resource, place))
          : find(server, resource, place.name)) as Shape | undefined,
      ),
    list: <Shape>(resource: Resource<Shape>, _namespace: string | undefined, labels: object) =>
      Promise.resolve(
        (resource.namespaced
          ? [...kindOf(resource).objects.values()]
          : all(server, resource)
        ).filter((object) => hasLabels(object, labels as Record<string, string>)) as Shape[],
      ),
  };
}

/** Objects as they are. */
export const createLiveReader = (server: ApiServer): Reader => ({
  get: <Shape>(resource: Resource<Shape>, { name }: Place) =>
    Promise.resolve(find(server, resource, name) as Shape | undefined),
  list: <Shape>(resource: Resource<Shape>, _namespace: string | undefined, labels: object) =>
    Promise.resolve(
      all(server, resource).filter((object) =>
        hasLabels(object, labels as Record<string, string>),
      ) as Shape[],
    ),
});
