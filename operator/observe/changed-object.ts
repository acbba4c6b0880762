import type { Place, Resource } from '../kube/api.ts';
import type { Change } from '../plan/refusal.ts';
import type { BuildContext } from '../resources/context.ts';
import { STATEFUL_SETS, VOLUME_CLAIMS } from '../resources/kinds.ts';
import type { PersistentVolumeClaim, StatefulSet } from '../resources/kubernetes.ts';
import { statefulSet, volumeSizeIn } from '../resources/stateful-set.ts';
import { isOwned, volumeClaim } from '../resources/volume-claim.ts';
import type { ClusterObjects } from './objects.ts';

/** What a change is made of besides what was decided. */
export interface Changing {
  readonly context: BuildContext;
  readonly objects: Pick<ClusterObjects, 'statefulSet' | 'volumes'>;
}

export interface ChangedObject {
  readonly resource: Resource<StatefulSet | PersistentVolumeClaim>;
  readonly place: Place;
  /** Of no version. */
  readonly wanted: StatefulSet | PersistentVolumeClaim;
}

/** The object to apply for a change; undefined when there is no such volume any more. */
export function changedObject(
  { context, objects }: Changing,
  change: Change,
): ChangedObject | undefined {
  const { cluster } = context;
  const { namespace } = cluster.metadata;
  if (change.kind === 'apply-stateful-set') {
    const { replicas, bootstrap } = change;
    const volumeSize = objects.statefulSet && volumeSizeIn(objects.statefulSet);
    const wanted = statefulSet(context, { replicas, bootstrap, volumeSize });
    const name = wanted.metadata?.name ?? '';
    return { resource: STATEFUL_SETS, place: { namespace, name }, wanted };
  }
  const { kind, volume: name } = change;
  const live = objects.volumes.find(({ object }) => object.metadata?.name === name)?.object;
  if (live === undefined) return undefined;
  const wanted = volumeClaim(cluster, name, changed(context, kind, live));
  return { resource: VOLUME_CLAIMS, place: { namespace, name }, wanted };
}

/** What a claim is to be; whatever is not to be changed is as it was. */
function changed(
  { cluster }: BuildContext,
  kind: Exclude<Change['kind'], 'apply-stateful-set'>,
  live: PersistentVolumeClaim,
): { readonly size: string | undefined; readonly owned: boolean } {
  const grows = kind === 'grow-volume';
  return {
    size: grows ? cluster.spec.meta.storage.size : live.spec?.resources?.requests?.['storage'],
    owned: grows ? isOwned(cluster, live) : kind === 'own-volume',
  };
}
