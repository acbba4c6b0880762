import type { Picture } from '../picture.ts';
import { firstTaken } from '../refusal.ts';
import { act } from '../step.ts';
import type { Step } from '../step.ts';

/**
 * Volumes that are there get the size that the spec wants, whatever is waited for: it takes nobody away, and
 * a full disk may be why members do not come.
 */
export function growth({ seen }: Picture): Step | undefined {
  // Beside a StatefulSet of somebody else, they may be somebody else's.
  if (seen.statefulSet?.state === 'foreign') return undefined;
  const { size } = seen.cluster.spec.meta.storage;
  const small = seen.volumes.filter(
    (each) => each.size === 'small' && !each.deleting && !each.leaving,
  );
  return firstTaken(
    seen,
    small.map(({ name, resourceVersion }) =>
      act('GrowingVolumes', `${name} grows to ${size}`, {
        kind: 'grow-volume',
        volume: name,
        resourceVersion,
      }),
    ),
  );
}
