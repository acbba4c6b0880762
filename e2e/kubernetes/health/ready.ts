/** What objects say of themselves, read as the conventions of Kubernetes ask for. */
import type { RobustMQCluster } from '../../../operator/api/cluster.ts';

/** A pod, a node, a cluster: whatever has conditions. */
export interface Conditioned {
  readonly status?: {
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
}

/** Whether its condition Ready holds. */
export const isReady = ({ status }: Conditioned): boolean =>
  status?.conditions?.some((each) => each.type === 'Ready' && each.status === 'True') === true;

/** Whether it is as its spec wants it: this very spec, and none before it. */
export const isAsSpecified = (cluster: RobustMQCluster): boolean =>
  cluster.status?.observedGeneration === cluster.metadata.generation && isReady(cluster);
