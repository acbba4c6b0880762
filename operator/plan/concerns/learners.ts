import { promote, remove } from '../membership.ts';
import { learnersOf } from '../picture.ts';
import type { Picture, PlacedMember } from '../picture.ts';
import { changeMembers } from '../safety.ts';
import { stall, wait } from '../step.ts';
import type { Step } from '../step.ts';

/** A learner that received nothing for this long is stuck. */
const STUCK_MS = 10 * 60_000;

/** Makes learners voters, all at once; drops those that are not wanted, or gone. */
export function learners(picture: Picture): Step | undefined {
  const all = learnersOf(picture);
  if (all.length === 0) return undefined;
  const unwanted = all.filter((learner) => learner.lost || !isWanted(picture, learner));
  if (unwanted.length > 0) {
    return changeMembers(picture, unwanted.map(remove), {
      reason: 'ChangingMembers',
      message: `${names(unwanted)} did not become a voter and is removed`,
    });
  }
  const behind = all.filter(({ healthy }) => !healthy);
  if (behind.length > 0) return behindStep(picture, behind);
  return changeMembers(picture, all.map(promote), {
    reason: 'ScalingOut',
    message: `${names(all)} caught up and becomes a voter`,
  });
}

const isWanted = ({ target }: Picture, { ordinal }: PlacedMember): boolean =>
  ordinal === undefined || ordinal < target;

const names = (members: readonly PlacedMember[]): string =>
  members.map(({ id }) => `member ${id}`).join(', ');

function behindStep(picture: Picture, behind: readonly PlacedMember[]): Step {
  const { learnerIdleMs, cluster } = picture.seen;
  const stuck = behind.find(({ pod }) => (learnerIdleMs[pod?.name ?? ''] ?? 0) >= STUCK_MS);
  const name = stuck?.pod?.name;
  if (stuck === undefined || name === undefined) {
    return wait('ScalingOut', `${names(behind)} catches up`);
  }
  const tried = cluster.status?.learnerRetries ?? [];
  // An attempt that is written down and still there is the one to be given up.
  if (tried.some(({ pod, directory }) => pod === name && directory !== stuck.directory)) {
    return stall('LearnerStuck', `member ${stuck.id} in ${name} does not catch up, twice now`);
  }
  return changeMembers(picture, [remove(stuck)], {
    reason: 'LearnerStuck',
    message: `member ${stuck.id} in ${name} does not catch up and is tried afresh`,
    record: {
      learnerRetries: [
        ...tried.filter(({ pod }) => pod !== name),
        { pod: name, directory: stuck.directory },
      ],
    },
  });
}
