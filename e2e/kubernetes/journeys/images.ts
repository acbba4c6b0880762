/** One more name for an image, on all nodes: an update to the same program. */
import { askContainerd, planOf } from '../cluster/programs.ts';
import type { Ground } from '../operator/ground.ts';

/** Returns the name. */
export function nameAgain({ image, cluster: { run } }: Ground): string {
  const again = `${image}-again`;
  for (const node of planOf(run.name).nodes) {
    askContainerd(run.name, node, ['--namespace=k8s.io', 'images', 'tag', '--force', image, again]);
  }
  return again;
}
