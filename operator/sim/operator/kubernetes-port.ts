/** The API server as the operator reaches it. */
import type { Kubernetes, Place, Reader, Resource } from '../../kube/api.ts';
import { KubeError } from '../../kube/kube-error.ts';
import { CLUSTERS, SECRETS } from '../../resources/kinds.ts';
import type { AnyObject } from '../kubernetes/api-server.ts';
import { apply, find, remotelyDelete } from '../kubernetes/api-server.ts';
import { createLiveReader } from '../kubernetes/stale-cache.ts';
import type { World } from '../world.ts';
import { catchUp, look, mutate } from './calls.ts';
import type { Life } from './life.ts';
import { rightTo } from './rights.ts';

const unanswered = (what: string): KubeError => new KubeError('unknown', `no answer to ${what}`);

/** Reads and writes, with all their troubles. */
export function createKubernetesPort(world: World, life: Life): Kubernetes {
  const { server } = world;
  const live = createLiveReader(server);
  const requireUp = (): void => {
    if (world.nowMs < life.trouble.downUntilMs) throw unanswered('anything');
  };
  return {
    get: async (resource, place) => {
      requireUp();
      world.rights.add(rightTo('get', resource));
      if (resource.plural === CLUSTERS.plural) world.lookedMs = world.nowMs;
      return look(world, life, () => live.get(resource, place), unanswered);
    },
    list: async (resource, namespace, labels) => {
      requireUp();
      world.rights.add(rightTo('list', resource));
      return look(world, life, () => live.list(resource, namespace, labels), unanswered);
    },
    apply: async <Shape>(
      resource: Resource<Shape>,
      object: Shape,
      place: Place,
      options: { readonly dryRun?: true; readonly subresource?: 'status' } = {},
    ) => {
      requireUp();
      const status = options.subresource === 'status';
      world.rights.add(rightTo('patch', resource, status ? '/status' : ''));
      // What is not there yet is created by the same call, unless it is over a version of it.
      if (versionOf(object) === undefined && !find(server, resource, place.name)) {
        world.rights.add(rightTo('create', resource));
      }
      const dry = (): Shape => apply(server, resource, place, object, { dryRun: true, status });
      if (options.dryRun) return look(world, life, dry, unanswered);
      await mutate(world, life, {
        check: () => {
          const before = find(server, resource, place.name) as AnyObject | undefined;
          const wet = status ? before : (dry() as unknown as AnyObject);
          requireVersion(object, before);
          return wet === before && !status
            ? undefined
            : { kind: 'apply', resource, name: place.name, object };
        },
        carryOut: () => void apply(server, resource, place, object, { status }),
        unanswered,
      });
      return find(server, resource, place.name) as Shape;
    },
    delete: async (resource, { name }, options) => {
      requireUp();
      world.rights.add(rightTo('delete', resource));
      await mutate(world, life, {
        check: () => {
          const object = find<unknown>(server, resource, name);
          return object?.metadata.uid === options.uid
            ? { kind: 'delete', resource, name }
            : undefined;
        },
        carryOut: () => remotelyDelete(server, resource, name, options),
        unanswered,
      });
    },
  };
}

function requireVersion(object: unknown, before: AnyObject | undefined): void {
  const wanted = versionOf(object);
  if (wanted === undefined || wanted === before?.metadata.resourceVersion) return;
  throw new KubeError('conflict', `decided on ${wanted}, which is not the latest`);
}

const versionOf = (object: unknown): string | undefined =>
  (object as { metadata?: { resourceVersion?: string } }).metadata?.resourceVersion;

/** The cache, which only notes when the operator began to look. */
export const createCachePort = (world: World, life: Life): Reader => ({
  get: (resource, place) => {
    // What is not followed is not in it, but read as it is.
    if (!resource.namespaced || resource.plural === SECRETS.plural) {
      world.rights.add(rightTo('get', resource));
    }
    catchUp(world, life);
    if (resource.plural === CLUSTERS.plural) world.lookedMs = world.nowMs;
    return life.cache.get(resource, place);
  },
  list: (resource, namespace, labels) => {
    if (!resource.namespaced) world.rights.add(rightTo('list', resource));
    return life.cache.list(resource, namespace, labels);
  },
});
