import type { Service, ServiceAccount, ServicePort } from './kubernetes.ts';
import { childNames, selectorLabels } from '../api/names.ts';
import type { BuildContext } from './context.ts';
import { childMetadata } from './metadata.ts';
import { PORTS } from './ports.ts';

const port = (name: keyof typeof PORTS): ServicePort => ({
  name,
  port: PORTS[name],
  protocol: 'TCP',
  targetPort: name,
  // gRPC without TLS: proxies and meshes learn from this that it is HTTP/2.
  ...(name === 'client' && { appProtocol: 'kubernetes.io/h2c' }),
});

/**
 * Names of the single members. Those that are not ready are listed too: a member must be reached to
 * become ready.
 */
export function peerService({ cluster }: BuildContext): Service {
  const { name } = cluster.metadata;
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: childMetadata(cluster, childNames(name).peerService),
    spec: {
      clusterIP: 'None',
      publishNotReadyAddresses: true,
      selector: { ...selectorLabels(name) },
      ports: [port('client'), port('peer'), port('http')],
    },
  };
}

/** One name for brokers: members that can serve. */
export function clientService({ cluster }: BuildContext): Service {
  const { name } = cluster.metadata;
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: childMetadata(cluster, childNames(name).clientService),
    spec: {
      type: 'ClusterIP',
      selector: { ...selectorLabels(name) },
      ports: [port('client')],
    },
  };
}

/** Members have no business with the API server. */
export function serviceAccount({ cluster }: BuildContext): ServiceAccount {
  return {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: childMetadata(cluster, childNames(cluster.metadata.name).serviceAccount),
    automountServiceAccountToken: false,
  };
}
