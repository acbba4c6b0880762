import { isEmpty } from './picture.ts';
import type { Picture } from './picture.ts';

/**
 * Whether an ordinal is not wanted, and nothing of a member can be there: as long as the cluster has not
 * begun, it has no volume, or one that was never bound, or one that was made for this StatefulSet and is
 * not where the cluster begins. Whose pod answers has to say itself that it is empty.
 */
export function isSpare({ seen, target, configuration }: Spareness, ordinal: number): boolean {
  const { clusterId, bootstrap } = seen.cluster.status ?? {};
  if (ordinal < target || configuration !== undefined || clusterId !== undefined) return false;
  const founder = (seen.statefulSet?.bootstrap ?? bootstrap)?.directory;
  const said = seen.pods.find((each) => each.ordinal === ordinal)?.status;
  const volume = seen.volumes.find((each) => each.ordinal === ordinal);
  if (said === undefined && volume?.bound !== true) return true;
  // Nor is it one when its pod falls silent.
  if (volume !== undefined && (volume.predates || !volume.fresh)) return false;
  if (said !== undefined) return isEmpty(said) && said.directory !== founder;
  // Who is to begin the cluster, and has not, is seen elsewhere.
  return (
    founder === undefined ||
    seen.pods.some(({ status }) => status?.directory === founder && isEmpty(status))
  );
}

type Spareness = Pick<Picture, 'seen' | 'target' | 'configuration'>;
