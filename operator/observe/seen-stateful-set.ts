import type { Writer } from '../kube/api.ts';
import { numberOf } from '../kube/quantity.ts';
import type { SeenStatefulSet } from '../plan/observation.ts';
import type { BuildContext } from '../resources/context.ts';
import { STATEFUL_SETS } from '../resources/kinds.ts';
import type { StatefulSet } from '../resources/kubernetes.ts';
import { bootstrapIn, statefulSet, volumeSizeIn } from '../resources/stateful-set.ts';
import type { DriftMemory } from './drift.ts';
import { compare } from './drift.ts';

/** The StatefulSet as the planner sees it; what is decided apart from the spec is no difference. */
export async function seenStatefulSet(
  writer: Pick<Writer, 'apply'>,
  memory: DriftMemory,
  context: BuildContext,
  live: StatefulSet | undefined,
): Promise<SeenStatefulSet | undefined> {
  if (live === undefined) return undefined;
  const {
    name = '',
    namespace,
    uid = '',
    resourceVersion = '',
    generation = 0,
  } = live.metadata ?? {};
  const replicas = live.spec?.replicas ?? 0;
  const bootstrap = bootstrapIn(live);
  const volumeSize = volumeSizeIn(live);
  const state = await compare(writer, memory, context.cluster, {
    resource: STATEFUL_SETS,
    place: { namespace, name },
    live,
    wanted: statefulSet(context, { replicas, bootstrap, volumeSize }),
  });
  const { observedGeneration = 0, updateRevision } = live.status ?? {};
  return {
    uid,
    resourceVersion,
    state: state === 'missing' || state === 'unwanted' ? 'differs' : state,
    replicas,
    ...(observedGeneration >= generation && updateRevision !== undefined && { updateRevision }),
    ...(bootstrap && { bootstrap }),
    volumeSizeCurrent: numberOf(volumeSize) === numberOf(context.cluster.spec.meta.storage.size),
  };
}
