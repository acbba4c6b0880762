/** Compares what is there with what the spec makes of it: the API server itself says what applying would change. */
import type { RobustMQCluster } from '../api/cluster.ts';
import type { Place, Resource, Writer } from '../kube/api.ts';
import type { ChildState } from '../plan/observation.ts';
import { sameData } from '../plan/same-data.ts';
import { ownershipOf } from './ownership.ts';
import type { Owned } from './ownership.ts';

/**
 * What was found, by object and by what it was compared with: objects that did not change need no other
 * look, so that a steady state asks nothing of the API server.
 */
export type DriftMemory = Map<string, { readonly key: string; readonly state: ChildState }>;

/** How `live` compares to `wanted`. */
export async function compare<Shape extends Owned>(
  writer: Pick<Writer, 'apply'>,
  memory: DriftMemory,
  cluster: RobustMQCluster,
  {
    resource,
    place,
    live,
    wanted,
  }: {
    readonly resource: Resource<Shape>;
    readonly place: Place;
    readonly live: Shape | undefined;
    readonly wanted: Shape;
  },
): Promise<ChildState> {
  if (live === undefined) return 'missing';
  const ownership = ownershipOf(cluster, live);
  if (ownership !== 'ours') return ownership;
  const name = `${resource.plural}/${place.namespace ?? ''}/${place.name}`;
  const { uid = '', resourceVersion = '' } = live.metadata ?? {};
  const key = `${uid}/${resourceVersion}/${JSON.stringify(wanted)}`;
  const known = memory.get(name);
  if (known?.key === key) return known.state;
  const after = await writer.apply(resource, wanted, place, { dryRun: true });
  const state = sameData(lasting(after), lasting(live)) ? 'current' : 'differs';
  memory.set(name, { key, state });
  return state;
}

/** Without what every write changes, and without what controllers say of it. */
function lasting(object: Owned): unknown {
  return {
    ...object,
    status: undefined,
    metadata: {
      ...object.metadata,
      managedFields: undefined,
      resourceVersion: undefined,
      generation: undefined,
    },
  };
}
