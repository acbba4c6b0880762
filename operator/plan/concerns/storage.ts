import { podName } from '../../api/names.ts';
import type { SeenVolume } from '../observation.ts';
import { votersOf } from '../picture.ts';
import type { Picture } from '../picture.ts';
import { firstTaken, isRefused } from '../refusal.ts';
import { act, stall, wait } from '../step.ts';
import type { Act, Step } from '../step.ts';

/**
 * Volumes get the owner, and new ones the size, that the spec wants. Also where those that are there cannot
 * grow: whoever deletes them one after the other gets larger ones.
 */
export function storage(picture: Picture): Step | undefined {
  const { seen } = picture;
  const volumes = seen.volumes.filter(({ deleting }) => !deleting);
  const owning = firstTaken(seen, ownings(picture, volumes));
  if (owning && !isRefused(seen, owning)) return owning;
  const set = seen.statefulSet;
  if (set && !set.volumeSizeCurrent) {
    return act('GrowingVolumes', 'the StatefulSet is made anew, for volumes of the new size', {
      kind: 'orphan-stateful-set',
      uid: set.uid,
    });
  }
  if (owning) return owning;
  const fixed = volumes.find((each) => each.size === 'not-expandable');
  if (fixed) return notExpandable(picture, fixed);
  const growing = volumes.find((each) => each.size === 'growing');
  const { size } = seen.cluster.spec.meta.storage;
  return growing && wait('GrowingVolumes', `${growing.name} grows to ${size}`);
}

function ownings({ seen }: Picture, volumes: readonly SeenVolume[]): readonly Act[] {
  if (seen.cluster.spec.meta.storage.onDelete !== 'Delete') return [];
  return volumes
    .filter(({ owned }) => !owned)
    .map(({ name, resourceVersion }) =>
      act('ApplyingChildren', `${name} is to be deleted with the resource`, {
        kind: 'own-volume',
        volume: name,
        resourceVersion,
      }),
    );
}

/** A larger volume in the place of one costs its member: only where the others can do without it. */
function notExpandable(picture: Picture, { name, ordinal }: SeenVolume): Step {
  const { metadata, spec } = picture.seen.cluster;
  const why = `the class of ${name} does not let it grow to ${spec.meta.storage.size}`;
  const voters = votersOf(picture);
  const isSpared = voters.length > 2 && voters.every(({ healthy }) => healthy);
  const command = `kubectl delete pvc ${name} and pod ${podName(metadata.name, ordinal)}`;
  return stall(
    'VolumeNotExpandable',
    isSpared ? `${why}; to have a larger one in its place: ${command}` : why,
  );
}
