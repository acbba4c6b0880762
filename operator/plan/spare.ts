import type { Picture } from './picture.ts';
import { PHASE } from './words.ts';

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
  if (said !== undefined) {
    const isEmpty = said.phase === PHASE.WAITING && said.memberId === 0 && said.clusterId === '';
    return isEmpty && said.directory !== founder && volume?.predates !== true;
  }
  if (volume?.bound !== true) return true;
  // Who is to begin the cluster, and has not, is seen elsewhere.
  const isElsewhere =
    founder === undefined || seen.pods.some(({ status }) => status?.directory === founder);
  return volume.fresh && !volume.predates && isElsewhere;
}

type Spareness = Pick<Picture, 'seen' | 'target' | 'configuration'>;
