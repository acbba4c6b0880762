import type { ObjectMeta, OwnerReference } from './kubernetes.ts';
import { API_VERSION, KIND } from '../api/cluster.ts';
import type { RobustMQCluster } from '../api/cluster.ts';
import { selectorLabels } from '../api/names.ts';

/** Makes Kubernetes delete an object with the cluster, also when the operator is gone. */
export const ownerReference = ({ metadata }: RobustMQCluster): OwnerReference => ({
  apiVersion: API_VERSION,
  kind: KIND,
  name: metadata.name,
  uid: metadata.uid,
});

export const childLabels = (cluster: string): Record<string, string> => ({
  ...selectorLabels(cluster),
  'app.kubernetes.io/component': 'meta',
  'app.kubernetes.io/managed-by': 'robustmq-operator',
});

/** Metadata of a child. */
export const childMetadata = (cluster: RobustMQCluster, name: string): ObjectMeta => ({
  name,
  namespace: cluster.metadata.namespace,
  labels: childLabels(cluster.metadata.name),
  ownerReferences: [{ ...ownerReference(cluster), controller: true }],
});
