import type { Picture } from '../picture.ts';
import { firstTaken } from '../refusal.ts';
import { act } from '../step.ts';
import type { Step } from '../step.ts';

/**
 * Volumes that are to be kept are not deleted with the resource any more. Before all else, and also while
 * it is paused: whoever asks for that may be about to delete the resource, because it cannot be mended.
 */
export function retention({ seen }: Picture): Step | undefined {
  const { paused, meta } = seen.cluster.spec;
  if (meta.storage.onDelete !== 'Retain') return undefined;
  // Of one that is paused, nothing else is to be told than that.
  const reason = paused ? 'Paused' : 'ApplyingChildren';
  return firstTaken(
    seen,
    seen.volumes
      .filter(({ owned, deleting }) => owned && !deleting)
      .map(({ name, resourceVersion }) =>
        act(reason, `${name} is kept when the resource is deleted`, {
          kind: 'disown-volume',
          volume: name,
          resourceVersion,
        }),
      ),
  );
}
