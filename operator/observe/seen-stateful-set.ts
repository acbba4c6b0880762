import { childNames } from '../api/names.ts';
import { numberOf } from '../kube/quantity.ts';
import type { Observation } from '../plan/observation.ts';
import type { BuildContext } from '../resources/context.ts';
import { STATEFUL_SETS } from '../resources/kinds.ts';
import type { StatefulSet } from '../resources/kubernetes.ts';
import { bootstrapIn, statefulSet, volumeSizeIn } from '../resources/stateful-set.ts';
import type { Comparing } from './drift.ts';
import { compare } from './drift.ts';

type Seen = Pick<Observation, 'statefulSet' | 'statefulSetRefusal'>;

/** The StatefulSet as the planner sees it; what is decided apart from the spec is no difference. */
export async function seenStatefulSet(
  comparing: Comparing,
  context: BuildContext,
  live: StatefulSet | undefined,
): Promise<Seen> {
  const { metadata, spec, status } = context.cluster;
  const place = { namespace: metadata.namespace, name: childNames(metadata.name).statefulSet };
  const replicas = live?.spec?.replicas ?? spec.meta.replicas;
  const bootstrap = live === undefined ? status?.bootstrap : bootstrapIn(live);
  const volumeSize = live && volumeSizeIn(live);
  const { state, refusal } = await compare(comparing, context.cluster, {
    resource: STATEFUL_SETS,
    place,
    live,
    wanted: statefulSet(context, { replicas, bootstrap, volumeSize }),
  });
  if (live === undefined) return refusedAs(refusal);
  const { uid = '', resourceVersion = '', generation = 0 } = live.metadata ?? {};
  const { observedGeneration = 0, updateRevision } = live.status ?? {};
  return {
    statefulSet: {
      uid,
      resourceVersion,
      state: state === 'missing' || state === 'unwanted' ? 'differs' : state,
      replicas,
      ...(observedGeneration >= generation && updateRevision !== undefined && { updateRevision }),
      ...(bootstrap && { bootstrap }),
      volumeSizeCurrent: numberOf(volumeSize) === numberOf(spec.meta.storage.size),
    },
    ...refusedAs(refusal),
  };
}

const refusedAs = (refusal: string | undefined): Seen =>
  refusal === undefined ? {} : { statefulSetRefusal: refusal };
