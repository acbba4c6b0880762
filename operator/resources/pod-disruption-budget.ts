import type { PodDisruptionBudget } from './kubernetes.ts';
import { childNames, selectorLabels } from '../api/names.ts';
import type { BuildContext } from './context.ts';
import { childMetadata } from './metadata.ts';

/**
 * Lets drains of nodes take one member at a time. None for a single member: it would block drains for
 * ever, and protect nothing.
 */
export function podDisruptionBudget({ cluster }: BuildContext): PodDisruptionBudget | undefined {
  const { name } = cluster.metadata;
  if (cluster.spec.meta.replicas < 2) return undefined;
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: childMetadata(cluster, childNames(name).podDisruptionBudget),
    spec: {
      maxUnavailable: 1,
      selector: { matchLabels: { ...selectorLabels(name) } },
      // A pod that runs and is not ready may be catching up: taking it costs what it has gained.
      unhealthyPodEvictionPolicy: 'IfHealthyBudget',
    },
  };
}
