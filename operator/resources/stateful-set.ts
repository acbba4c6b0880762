import type { PersistentVolumeClaim, StatefulSet } from './kubernetes.ts';
import type { Bootstrap } from '../api/cluster.ts';
import { childNames, selectorLabels, VOLUME } from '../api/names.ts';
import type { BuildContext } from './context.ts';
import { childMetadata } from './metadata.ts';
import { podTemplate } from './pod.ts';

/** On the StatefulSet: how the cluster begins, written before its first member is told to. */
const BOOTSTRAP = {
  clusterId: 'robustmq.io/bootstrap-cluster-id',
  directory: 'robustmq.io/bootstrap-directory',
} as const;

/** How a cluster began, as its StatefulSet says. */
export function bootstrapIn({ metadata }: StatefulSet): Bootstrap | undefined {
  const clusterId = metadata?.annotations?.[BOOTSTRAP.clusterId];
  const directory = metadata?.annotations?.[BOOTSTRAP.directory];
  return clusterId === undefined || directory === undefined ? undefined : { clusterId, directory };
}

/** What of a StatefulSet the spec alone does not say: it is decided. */
export interface StatefulSetDecision {
  /** Pods, while members come and go not those of the spec. */
  readonly replicas: number;
  readonly bootstrap?: Bootstrap | undefined;
  /** Of new volumes; undefined: as the spec says. A StatefulSet that is there keeps its own. */
  readonly volumeSize?: string | undefined;
}

/**
 * Pods and volumes of the members. Pods come all at once, because members that come back need each
 * other; they are replaced by the operator alone, and volumes are deleted by it alone.
 */
export function statefulSet(
  context: BuildContext,
  { replicas, bootstrap, volumeSize }: StatefulSetDecision,
): StatefulSet {
  const { cluster } = context;
  const names = childNames(cluster.metadata.name);
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: {
      ...childMetadata(cluster, names.statefulSet),
      ...(bootstrap && {
        annotations: {
          [BOOTSTRAP.clusterId]: bootstrap.clusterId,
          [BOOTSTRAP.directory]: bootstrap.directory,
        },
      }),
    },
    spec: {
      replicas,
      serviceName: names.peerService,
      podManagementPolicy: 'Parallel',
      updateStrategy: { type: 'OnDelete' },
      persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
      revisionHistoryLimit: 10,
      selector: { matchLabels: { ...selectorLabels(cluster.metadata.name) } },
      template: podTemplate(context),
      volumeClaimTemplates: [volumeClaim(context, volumeSize)],
    },
  };
}

/** The size of new volumes, as a StatefulSet says. */
export const volumeSizeIn = ({ spec }: StatefulSet): string | undefined =>
  spec?.volumeClaimTemplates?.[0]?.spec?.resources?.requests?.['storage'];

function volumeClaim(
  { cluster }: BuildContext,
  size: string = cluster.spec.meta.storage.size,
): PersistentVolumeClaim {
  const { class: className } = cluster.spec.meta.storage;
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: VOLUME, labels: { ...selectorLabels(cluster.metadata.name) } },
    spec: {
      accessModes: ['ReadWriteOnce'],
      volumeMode: 'Filesystem',
      resources: { requests: { storage: size } },
      ...(className !== undefined && { storageClassName: className }),
    },
  };
}
