import type { RobustMQCluster } from '../../../operator/api/cluster.ts';
import type { ConditionType } from '../../../operator/api/condition.ts';

/** Whether `kubectl wait --for=condition=TYPE` is over (k8s.io/kubectl, pkg/cmd/wait, `checkCondition`). */
export function isMet({ metadata, status = {} }: RobustMQCluster, type: ConditionType): boolean {
  const condition = status.conditions?.find((each) => each.type === type);
  if (condition === undefined) return false;
  const observed = condition.observedGeneration ?? status.observedGeneration ?? Infinity;
  return observed >= metadata.generation && condition.status === 'True';
}
