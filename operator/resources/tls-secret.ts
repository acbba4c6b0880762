import type { RobustMQCluster } from '../api/cluster.ts';
import type { Secret } from './kubernetes.ts';
import { childMetadata } from './metadata.ts';

/** A Secret with a certificate, its key and who is believed; each in base64. */
export const tlsSecret = (
  cluster: RobustMQCluster,
  name: string,
  data: Readonly<Record<string, string>>,
): Secret => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: childMetadata(cluster, name),
  type: 'kubernetes.io/tls',
  data,
});
