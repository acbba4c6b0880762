import type { PersistentVolumeClaim, StatefulSet } from './kubernetes.ts';
import { childNames, selectorLabels, VOLUME } from '../api/names.ts';
import type { BuildContext } from './context.ts';
import { childMetadata } from './metadata.ts';
import { podTemplate } from './pod.ts';

/** On the StatefulSet: directory of the member that begins the cluster, written before it is told to. */
const BOOTSTRAP_DIRECTORY = 'robustmq.io/bootstrap-directory';

/** What of a StatefulSet the spec alone does not say: it is decided. */
export interface StatefulSetDecision {
  /** Pods, while members come and go not those of the spec. */
  readonly replicas: number;
  readonly bootstrapDirectory?: string | undefined;
}

/**
 * Pods and volumes of the members. Pods come all at once, because members that come back need each
 * other; they are replaced by the operator alone, and volumes are deleted by it alone.
 */
export function statefulSet(
  context: BuildContext,
  { replicas, bootstrapDirectory }: StatefulSetDecision,
): StatefulSet {
  const { cluster } = context;
  const names = childNames(cluster.metadata.name);
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: {
      ...childMetadata(cluster, names.statefulSet),
      ...(bootstrapDirectory !== undefined && {
        annotations: { [BOOTSTRAP_DIRECTORY]: bootstrapDirectory },
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
      volumeClaimTemplates: [volumeClaim(context)],
    },
  };
}

function volumeClaim({ cluster }: BuildContext): PersistentVolumeClaim {
  const { size, class: className } = cluster.spec.meta.storage;
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
