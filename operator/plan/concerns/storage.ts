import type { Picture } from '../picture.ts';
import { act, stall, wait } from '../step.ts';
import type { Step } from '../step.ts';

/** Volumes get the size, and the owner, that the spec wants. */
export function storage({ seen }: Picture): Step | undefined {
  const volumes = seen.volumes.filter(({ deleting, leaving }) => !deleting && !leaving);
  const { size, onDelete } = seen.cluster.spec.meta.storage;
  const fixed = volumes.find((each) => each.size === 'not-expandable');
  if (fixed) {
    return stall(
      'VolumeNotExpandable',
      `the class of ${fixed.name} does not let it grow to ${size}`,
    );
  }
  const small = volumes.find((each) => each.size === 'small');
  if (small) {
    return act('GrowingVolumes', `${small.name} grows to ${size}`, {
      kind: 'grow-volume',
      volume: small.name,
      resourceVersion: small.resourceVersion,
    });
  }
  const kept = volumes.find(({ owned }) => onDelete === 'Delete' && !owned);
  if (kept) {
    return act('ApplyingChildren', `${kept.name} is to be deleted with the resource`, {
      kind: 'own-volume',
      volume: kept.name,
      resourceVersion: kept.resourceVersion,
    });
  }
  const set = seen.statefulSet;
  if (set && !set.volumeSizeCurrent) {
    return act('GrowingVolumes', 'the StatefulSet is made anew, for volumes of the new size', {
      kind: 'orphan-stateful-set',
      uid: set.uid,
    });
  }
  const growing = volumes.find((each) => each.size === 'growing');
  return growing && wait('GrowingVolumes', `${growing.name} grows to ${size}`);
}
