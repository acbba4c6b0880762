import { isJoint } from '../picture.ts';
import type { Picture } from '../picture.ts';
import { wait } from '../step.ts';
import type { Step } from '../step.ts';

/**
 * A joint configuration is left by the members themselves; no other change begins before. Nor is anything
 * concluded from one that another leader may still take back.
 */
export function changeInFlight(picture: Picture): Step | undefined {
  const { leader, configuration } = picture;
  if (leader === undefined || configuration === undefined) return undefined;
  if (isJoint(picture)) {
    return wait('ChangingMembers', 'the members are leaving a joint configuration');
  }
  return configuration.index > leader.status.commitIndex
    ? wait('ChangingMembers', 'the members are agreeing on a configuration')
    : undefined;
}
