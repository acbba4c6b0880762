/**
 * The rules of kstatus for resources that it does not know (sigs.k8s.io/cli-utils, pkg/kstatus/status,
 * `checkGenericProperties` and `checkReadyCondition`).
 */
import type { RobustMQCluster } from '../../../operator/api/cluster.ts';

export type Kstatus = 'Current' | 'Failed' | 'InProgress' | 'Terminating';

export function kstatusOf({ metadata, status = {} }: RobustMQCluster): Kstatus {
  if (metadata.deletionTimestamp !== undefined) return 'Terminating';
  const { observedGeneration, conditions = [] } = status;
  if (observedGeneration !== undefined && observedGeneration !== metadata.generation) {
    return 'InProgress';
  }
  for (const each of conditions) {
    if (each.type === 'Reconciling' && each.status === 'True') return 'InProgress';
    if (each.type === 'Stalled' && each.status === 'True') return 'Failed';
  }
  const ready = conditions.find(({ type }) => type === 'Ready');
  return ready === undefined || ready.status === 'True' ? 'Current' : 'InProgress';
}
