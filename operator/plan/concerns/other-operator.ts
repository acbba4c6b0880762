import type { RobustMQCluster } from '../../api/cluster.ts';
import type { Picture } from '../picture.ts';
import { wait } from '../step.ts';
import type { Step } from '../step.ts';

/**
 * Two installations at once would undo each other's work: the one that wrote its name into the status
 * first has the cluster, and keeps it until a person says otherwise. It may only be slow.
 */
export function otherOperator({ seen }: Picture): Step | undefined {
  const holder = otherHolder(seen.cluster, seen.operator);
  if (holder === undefined) return undefined;
  return wait(
    'OtherOperator',
    `the operator ${holder} has this cluster, and ${seen.operator} leaves it alone`,
    'all',
  );
}

/** The installation that has the cluster, unless it is this one, or nobody has. */
export function otherHolder({ status }: RobustMQCluster, operator: string): string | undefined {
  return status?.operator === operator ? undefined : status?.operator;
}
