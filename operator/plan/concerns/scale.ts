import { lostVolumes } from '../lost-volumes.ts';
import { addLearner, remove } from '../membership.ts';
import { votersOf } from '../picture.ts';
import type { Picture, PlacedMember } from '../picture.ts';
import { changeMembers } from '../safety.ts';
import { silentOrdinals } from '../silence.ts';
import { act, stall, wait } from '../step.ts';
import type { Step } from '../step.ts';
import { wipe } from '../wipe.ts';
import { transferTo } from '../transfer.ts';

/** Towards the number of members that is wanted, read anew each time. */
export const scale = (picture: Picture): Step | undefined =>
  morePods(picture) ?? clean(picture) ?? grow(picture) ?? shrink(picture) ?? fewerPods(picture);

function setReplicas({ seen }: Picture, replicas: number, out: boolean): Step | undefined {
  const set = seen.statefulSet;
  if (set === undefined || set.replicas === replicas) return undefined;
  return act(
    out ? 'ScalingOut' : 'ScalingIn',
    `the StatefulSet goes from ${set.replicas} to ${replicas} pods`,
    {
      kind: 'apply-stateful-set',
      replicas,
      bootstrap: set.bootstrap,
      resourceVersion: set.resourceVersion,
    },
  );
}

function morePods(picture: Picture): Step | undefined {
  const { seen, target } = picture;
  const set = seen.statefulSet;
  if (set === undefined || set.replicas >= target) return undefined;
  const leaving = seen.volumes.find(
    ({ ordinal, deleting }) => deleting && ordinal >= set.replicas && ordinal < target,
  );
  if (leaving) return wait('WaitingForVolume', `the old ${leaving.name} is still being deleted`);
  return setReplicas(picture, target, true);
}

/** What a removed member leaves goes before its place is used again. */
function clean(picture: Picture): Step | undefined {
  const { strangers, seen } = picture;
  const foreign = strangers.find(({ kind }) => kind === 'foreign');
  if (foreign) {
    const { name, status, ordinal } = foreign.pod;
    const volume = seen.volumes.find((each) => each.ordinal === ordinal)?.name ?? '';
    return stall(
      'ForeignMember',
      `${name} has data of member ${status.memberId} of ${status.clusterId || 'an unknown cluster'}; if it is not needed: kubectl delete pvc ${volume} and pod ${name}`,
    );
  }
  const dead = [
    ...strangers
      .filter(({ kind, pod }) => kind === 'removed' && pod.ordinal < picture.target)
      .map(({ pod }) => pod.ordinal),
    ...unusedVolumes(picture),
    ...seen.volumes.filter(({ deleting }) => deleting).map(({ ordinal }) => ordinal),
  ];
  for (const ordinal of dead) {
    const step = wipe(
      picture,
      ordinal,
      'ChangingMembers',
      `what a removed member left at ${ordinal} is deleted`,
    );
    if (step) return step;
  }
  const unaware = strangers.find(
    ({ kind, pod }) => kind === 'unaware' && pod.ordinal < picture.target,
  );
  return (
    unaware && wait('ChangingMembers', `${unaware.pod.name} is to hear that its member was removed`)
  );
}

/** Ordinals without a pod, now and later: their members are gone. */
const unusedVolumes = ({ seen }: Picture): readonly number[] =>
  seen.volumes
    .map(({ ordinal }) => ordinal)
    .filter(
      (ordinal) =>
        ordinal >= (seen.statefulSet?.replicas ?? Infinity) &&
        !seen.pods.some((pod) => pod.ordinal === ordinal),
    );

/** All newcomers begin to learn in one change, when all pods have said what they are. */
function grow(picture: Picture): Step | undefined {
  const { target, strangers } = picture;
  const wanted = strangers.filter(({ kind, pod }) => kind === 'empty' && pod.ordinal < target);
  const placed = votersOf(picture).filter((voter) => !isLeaving(picture)(voter)).length;
  if (placed >= target) return undefined;
  const silent = silentOrdinals(picture, target, lostVolumes(picture));
  if (silent !== undefined) return wait('WaitingForPods', silent);
  if (wanted.length === 0) return undefined;
  const pods = wanted.map(({ pod }) => pod);
  return changeMembers(picture, pods.map(addLearner), {
    reason: 'ScalingOut',
    message: `${pods.map(({ name }) => name).join(', ')} becomes a learner`,
  });
}

const isLeaving =
  ({ target }: Picture) =>
  ({ ordinal }: PlacedMember): boolean =>
    ordinal !== undefined && ordinal >= target;

/** Members on the highest ordinals leave together; the leader hands over before. */
function shrink(picture: Picture): Step | undefined {
  const leaving = picture.members.filter(isLeaving(picture));
  if (leaving.length === 0) return undefined;
  const message = `${leaving.map(({ id }) => `member ${id}`).join(', ')} leaves`;
  const leads = leaving.find(({ id }) => id === picture.leader?.status.memberId);
  if (leads) {
    const staying = votersOf(picture).filter((voter) => !leaving.includes(voter));
    return transferTo(picture, staying, `${message}; its leader hands over before`);
  }
  return changeMembers(picture, leaving.map(remove), { reason: 'ScalingIn', message });
}

/** Pods go when no member is on them, nor can be: one that cannot be placed may be on any. */
const fewerPods = (picture: Picture): Step | undefined =>
  picture.members.some(({ ordinal }) => ordinal === undefined)
    ? undefined
    : setReplicas(picture, picture.target, false);
