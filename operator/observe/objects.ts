/** Reads the objects of one cluster, each once. */
import type { RobustMQCluster } from '../api/cluster.ts';
import { childNames, podOrdinal, selectorLabels, volumeOrdinal } from '../api/names.ts';
import type { Place, Reader } from '../kube/api.ts';
import { CLUSTERS, CONFIG_MAPS, PODS, STATEFUL_SETS, VOLUME_CLAIMS } from '../resources/kinds.ts';
import type {
  ConfigMap,
  PersistentVolumeClaim,
  Pod,
  StatefulSet,
} from '../resources/kubernetes.ts';

/** An object that has the name of an ordinal. */
export interface Placed<Shape> {
  readonly ordinal: number;
  readonly object: Shape;
}

export interface ClusterObjects {
  readonly cluster: RobustMQCluster;
  readonly statefulSet: StatefulSet | undefined;
  readonly pods: readonly Placed<Pod>[];
  readonly volumes: readonly Placed<PersistentVolumeClaim>[];
  readonly configMaps: readonly ConfigMap[];
}

/** The objects of a cluster; undefined when there is no such cluster. */
export async function readObjects(
  reader: Reader,
  place: Place & { readonly namespace: string },
): Promise<ClusterObjects | undefined> {
  const { namespace, name } = place;
  const cluster = await reader.get(CLUSTERS, place);
  if (cluster === undefined) return undefined;
  const labels = selectorLabels(name);
  const set = { namespace, name: childNames(name).statefulSet };
  const [statefulSet, pods, volumes, configMaps] = await Promise.all([
    reader.get(STATEFUL_SETS, set),
    reader.list(PODS, namespace, labels),
    reader.list(VOLUME_CLAIMS, namespace, labels),
    reader.list(CONFIG_MAPS, namespace, labels),
  ]);
  return {
    cluster,
    statefulSet,
    pods: byOrdinal(pods, (pod) => podOrdinal(name, pod)),
    volumes: byOrdinal(volumes, (volume) => volumeOrdinal(name, volume)),
    configMaps,
  };
}

/** Others that have the labels by chance, or by hand, are none of ours. */
const byOrdinal = <Shape extends { readonly metadata?: { readonly name?: string } }>(
  objects: readonly Shape[],
  ordinalOf: (name: string) => number | undefined,
): readonly Placed<Shape>[] =>
  objects
    .flatMap((object) => {
      const ordinal = ordinalOf(object.metadata?.name ?? '');
      return ordinal === undefined ? [] : [{ ordinal, object }];
    })
    .sort((a, b) => a.ordinal - b.ordinal);
