/** The only two ways to delete a volume. */
import type { Reason } from '../api/condition.ts';
import type { Picture } from './picture.ts';
import { act, wait } from './step.ts';
import type { Record, Step } from './step.ts';

/**
 * Deletes volume, then pod, of an ordinal, so that it comes back empty or not at all. Never while a
 * member of the configuration belongs there.
 */
export function wipe(
  picture: Picture,
  ordinal: number,
  reason: Reason,
  message: string,
): Step | undefined {
  const { seen, members, leader } = picture;
  const inUse = members.some(
    (member) =>
      member.pod?.ordinal === ordinal ||
      // One whose directory is gone for good is waited for nowhere.
      (!member.lost && (member.ordinal === undefined || member.ordinal === ordinal)),
  );
  if (leader === undefined || inUse) return undefined;
  const volume = seen.volumes.find((each) => each.ordinal === ordinal && !each.deleting);
  if (volume) {
    const { name, uid } = volume;
    return act(reason, message, { kind: 'delete-volume', volume: name, uid });
  }
  // A volume that is being deleted is kept by its pod.
  const pod = seen.pods.find((each) => each.ordinal === ordinal && !each.deleting);
  const pending = seen.volumes.some((each) => each.ordinal === ordinal);
  if (pod === undefined || !pending) return undefined;
  return act(reason, message, { kind: 'delete-pod', pod: pod.name, uid: pod.uid });
}

/**
 * Deletes what nodes that are gone would bring back with them, before a survivor goes on alone; undefined
 * when nothing of it is left. Only with the consent of a person: members may belong there.
 *
 * Neither scheduler nor kubelet starts a pod on a volume that is being deleted, and one that is gone is
 * used by no pod that was on a node.
 */
export function wipeLost({ seen, members }: Picture, record: Record): Step | undefined {
  const answering = new Set(members.map(({ pod }) => pod?.ordinal));
  const lost = seen.volumes.filter(({ nodeLost, ordinal }) => nodeLost && !answering.has(ordinal));
  const [last] = lost;
  if (last === undefined) return undefined;
  const volume = lost.find(({ deleting }) => !deleting);
  if (volume) {
    const { name, uid } = volume;
    const message = `${name} is on a node that is gone, and is deleted before a survivor goes on`;
    return act('Recovering', message, { kind: 'delete-volume', volume: name, uid }, record);
  }
  const message = `${last.name} is deleted before a survivor goes on`;
  const pod = seen.pods.find((each) => each.ordinal === last.ordinal && !each.deleting);
  return pod !== undefined && pod.status === undefined
    ? act('Recovering', message, { kind: 'delete-pod', pod: pod.name, uid: pod.uid }, record)
    : { ...wait('Recovering', message), record };
}
