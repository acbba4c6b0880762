import { votersOf } from '../picture.ts';
import type { Picture } from '../picture.ts';
import { restartPod } from '../safety.ts';
import type { Step } from '../step.ts';
import type { SeenPod } from '../observation.ts';

/**
 * Gives the new template to pods that are no healthy voters, before all that waits for them: a bad
 * image or configuration can so be taken back.
 */
export function outdated(picture: Picture): Step | undefined {
  const healthy = new Set(
    votersOf(picture).flatMap(({ healthy, pod }) => (healthy ? (pod?.uid ?? []) : [])),
  );
  const steps = outdatedPods(picture)
    .filter(({ uid }) => !healthy.has(uid))
    .map((pod) =>
      restartPod(picture, pod, {
        reason: 'RollingOut',
        message: `${pod.name} takes the new template`,
      }),
    );
  // What is not safe now is the roll's to wait for.
  return steps.find(({ kind }) => kind === 'act');
}

/** Pods of another template than new ones would have, the highest first. */
export function outdatedPods({ seen }: Picture): readonly SeenPod[] {
  const { updateRevision: revision, state } = seen.statefulSet ?? {};
  // Of somebody else's StatefulSet, they are somebody else's.
  if (revision === undefined || state === 'foreign' || state === 'leaving') return [];
  return seen.pods
    .filter((pod) => pod.revision !== revision && !pod.deleting)
    .sort((a, b) => b.ordinal - a.ordinal);
}
