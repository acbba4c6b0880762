import { podsForAll, podsForMembers } from '../ordinals.ts';
import type { Picture } from '../picture.ts';
import { act } from '../step.ts';
import type { Step } from '../step.ts';

/**
 * Gives pods back that somebody took away by hand: without them a learner never catches up. While nobody
 * leads, every volume may be a member's, and without their pods nobody ever will.
 */
export function pods(picture: Picture): Step | undefined {
  const set = picture.seen.statefulSet;
  const needed = picture.leader === undefined ? podsForAll(picture) : podsForMembers(picture);
  if (set === undefined || set.replicas >= needed) return undefined;
  const { replicas, bootstrap, resourceVersion } = set;
  return act('ApplyingChildren', `the StatefulSet goes from ${replicas} back to ${needed} pods`, {
    kind: 'apply-stateful-set',
    replicas: needed,
    bootstrap,
    resourceVersion,
  });
}
