import type { SeenVolume } from './observation.ts';
import type { Picture } from './picture.ts';

/**
 * Volumes of wanted ordinals that can be used only on nodes that are gone. A member that answers has
 * another one, whatever is said of nodes.
 */
export const lostVolumes = ({ seen, members, target }: Picture): readonly SeenVolume[] =>
  seen.volumes.filter(
    ({ nodeLost, deleting, ordinal }) =>
      nodeLost &&
      !deleting &&
      ordinal < target &&
      !members.some((member) => member.ordinal === ordinal && member.pod !== undefined),
  );
