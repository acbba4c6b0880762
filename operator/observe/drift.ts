/** Compares what is there with what the spec makes of it: the API server itself says what applying would change. */
import type { RobustMQCluster } from '../api/cluster.ts';
import type { Place, Resource, Writer } from '../kube/api.ts';
import type { ChildState } from '../plan/observation.ts';
import { sameData } from '../plan/same-data.ts';

interface Owned {
  readonly metadata?:
    | {
        readonly uid?: string;
        readonly resourceVersion?: string;
        readonly ownerReferences?: readonly Owner[];
      }
    | undefined;
}

interface Owner {
  readonly uid?: string;
  readonly controller?: boolean;
}

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
  if (isForeign(cluster, live)) return 'foreign';
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

/** Somebody else controls it. One that nobody controls was left behind, and is taken over. */
export const isForeign = ({ metadata: { uid } }: RobustMQCluster, { metadata }: Owned): boolean =>
  metadata?.ownerReferences?.some((owner) => owner.controller === true && owner.uid !== uid) ??
  false;

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
