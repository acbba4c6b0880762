import { ailing } from '../ailing.ts';
import { lostVolumes } from '../lost-volumes.ts';
import { promote, remove } from '../membership.ts';
import { learnersOf } from '../picture.ts';
import type { Picture, PlacedMember } from '../picture.ts';
import { changeMembers } from '../safety.ts';
import { stall, wait } from '../step.ts';
import type { Step } from '../step.ts';
import { givenUp, isStuck } from '../stuck-learners.ts';

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
  const lost = lostVolumes(picture);
  // One that cannot come to its volume keeps nobody waiting, and is told of elsewhere.
  const coming = all.filter(({ ordinal }) => !lost.some((volume) => volume.ordinal === ordinal));
  if (coming.length === 0) return undefined;
  const behind = coming.filter(({ healthy }) => !healthy);
  if (behind.length > 0) return behindStep(picture, behind);
  return changeMembers(picture, coming.map(promote), {
    reason: 'ScalingOut',
    message: `${names(coming)} caught up and becomes a voter`,
  });
}

const isWanted = ({ target }: Picture, { ordinal }: PlacedMember): boolean =>
  ordinal === undefined || ordinal < target;

const names = (members: readonly PlacedMember[]): string =>
  members.map(({ id }) => `member ${id}`).join(', ');

function behindStep(picture: Picture, behind: readonly PlacedMember[]): Step {
  const stuck = behind.find((learner) => isStuck(picture, learner));
  return stuck === undefined
    ? wait('ScalingOut', `${names(behind)} catches up`)
    : stuckStep(picture, stuck);
}

/** One fresh attempt, where another directory may be of use: a pod that says nothing has other troubles. */
function stuckStep(picture: Picture, stuck: PlacedMember): Step {
  const { cluster, volumes } = picture.seen;
  if (stuck.pod === undefined) {
    return stall(
      'LearnerStuck',
      `${ailing(picture.seen, stuck)}, and has received nothing for long`,
    );
  }
  const { name, ordinal } = stuck.pod;
  const tried = cluster.status?.learnerRetries ?? [];
  // An attempt that is written down and still there is the one to be given up.
  if (tried.some(({ pod, directory }) => pod === name && directory !== stuck.directory)) {
    const volume = volumes.find((each) => each.ordinal === ordinal)?.name ?? '';
    return stall(
      'LearnerStuck',
      `member ${stuck.id} in ${name} does not catch up, twice now; to try again: kubectl delete pvc ${volume} and pod ${name}`,
    );
  }
  return changeMembers(picture, [remove(stuck)], {
    reason: 'LearnerStuck',
    message: `member ${stuck.id} in ${name} does not catch up and is tried afresh`,
    record: givenUp(picture, stuck),
  });
}
