import type { Reason } from '../api/condition.ts';
import type { Picture } from './picture.ts';
import { act } from './step.ts';
import type { Step } from './step.ts';

/**
 * Deletes volume, then pod, of an ordinal, so that it comes back empty or not at all. Never while a
 * member of the configuration belongs there: the one place that deletes volumes.
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
