import type { Picture } from '../picture.ts';
import { act } from '../step.ts';
import type { Step } from '../step.ts';

/**
 * Volumes that are to be kept are not deleted with the resource any more. Before all else, and also while
 * it is paused: whoever asks for that may be about to delete the resource, because it cannot be mended.
 */
export function retention({ seen }: Picture): Step | undefined {
  const { paused, meta } = seen.cluster.spec;
  if (meta.storage.onDelete !== 'Retain') return undefined;
  const volume = seen.volumes.find(({ owned, deleting }) => owned && !deleting);
  if (volume === undefined) return undefined;
  const { name, resourceVersion } = volume;
  const action = { kind: 'disown-volume', volume: name, resourceVersion } as const;
  const message = `${name} is kept when the resource is deleted`;
  // Of one that is paused, nothing else is to be told than that.
  return act(paused ? 'Paused' : 'ApplyingChildren', message, action);
}
