import { KIND } from '../api/cluster.ts';
import type { RobustMQCluster } from '../api/cluster.ts';
import type { PersistentVolumeClaim } from './kubernetes.ts';
import { ownerReference } from './metadata.ts';

/** What the operator says of a volume claim that is there: its size, and whether it goes with the resource. */
export function volumeClaim(
  cluster: RobustMQCluster,
  name: string,
  { size, owned }: { readonly size: string | undefined; readonly owned: boolean },
): PersistentVolumeClaim {
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: {
      name,
      namespace: cluster.metadata.namespace,
      ...(owned && { ownerReferences: [ownerReference(cluster)] }),
    },
    ...(size !== undefined && { spec: { resources: { requests: { storage: size } } } }),
  };
}

/** Whether Kubernetes deletes the volume with the resource. */
export const isOwned = (
  { metadata: { uid } }: RobustMQCluster,
  { metadata }: PersistentVolumeClaim,
): boolean => metadata?.ownerReferences?.some((owner) => owner.uid === uid) ?? false;

/** Whether Kubernetes deletes the volume because a resource of this name is no more. */
export function isLeaving(
  { metadata: { uid, name } }: RobustMQCluster,
  { metadata }: PersistentVolumeClaim,
): boolean {
  const owners = metadata?.ownerReferences ?? [];
  return (
    owners.length > 0 &&
    owners.every((owner) => owner.kind === KIND && owner.name === name && owner.uid !== uid)
  );
}
