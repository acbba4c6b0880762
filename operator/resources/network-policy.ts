import { childNames, selectorLabels } from '../api/names.ts';
import type { BuildContext } from './context.ts';
import type { NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort } from './kubernetes.ts';
import { childMetadata } from './metadata.ts';
import { PORTS } from './ports.ts';

/** Who may connect: members and the operator to all, brokers to the client port. */
export function networkPolicy({ cluster, installation }: BuildContext): NetworkPolicy {
  const { name } = cluster.metadata;
  const members: NetworkPolicyPeer = { podSelector: { matchLabels: { ...selectorLabels(name) } } };
  const operator: NetworkPolicyPeer = {
    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': installation.namespace } },
    podSelector: { matchLabels: { ...installation.podLabels } },
  };
  const everyoneHere: NetworkPolicyPeer = { podSelector: {} };
  const clients = [everyoneHere, ...(cluster.spec.meta.clients.from ?? [])];
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: childMetadata(cluster, childNames(name).networkPolicy),
    spec: {
      podSelector: { matchLabels: { ...selectorLabels(name) } },
      policyTypes: ['Ingress'],
      ingress: [
        { from: [members, operator], ports: [tcp(PORTS.peer)] },
        { from: clients, ports: [tcp(PORTS.client)] },
        // Read-only: probes of kubelet and scrapers come from addresses that nobody knows here.
        { ports: [tcp(PORTS.http)] },
      ],
    },
  };
}

const tcp = (port: number): NetworkPolicyPort => ({
  protocol: 'TCP',
  port,
});
