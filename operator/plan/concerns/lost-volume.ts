import { podName } from '../../api/names.ts';
import { lostVolumes } from '../lost-volumes.ts';
import type { Picture } from '../picture.ts';
import { stall } from '../step.ts';
import type { Step } from '../step.ts';

/**
 * Its node may come back: that the volume is worth nothing any more is a person's to say. Until then other
 * members come and go, and only restarts wait.
 */
export function lostVolume(picture: Picture): Step | undefined {
  const [volume] = lostVolumes(picture);
  if (volume === undefined) return undefined;
  const { name, ordinal } = volume;
  const pod = podName(picture.seen.cluster.metadata.name, ordinal);
  return stall(
    'VolumeLost',
    `the node of ${name} is gone; to have its member replaced: kubectl delete pvc ${name} and pod ${pod}`,
  );
}
