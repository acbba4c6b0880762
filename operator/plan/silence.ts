import type { Observation, SeenPod, SeenVolume } from './observation.ts';
import type { Picture } from './picture.ts';
import { PHASE } from './words.ts';

/**
 * Which of the first pods say nothing, and why, for people; undefined when all have answered.
 *
 * @param lost volumes whose pods will not answer, and are not waited for.
 */
export function silentOrdinals(
  { seen }: Picture,
  count: number,
  lost: readonly SeenVolume[] = [],
): string | undefined {
  const named = Array.from({ length: count }, (_, ordinal) => ordinal).flatMap((ordinal) => {
    if (lost.some((volume) => volume.ordinal === ordinal)) return [];
    const pod = seen.pods.find((each) => each.ordinal === ordinal);
    if (pod !== undefined && answers(pod)) return [];
    return [podWithProblem(seen, ordinal)];
  });
  return named.length === 0 ? undefined : `${named.join(', ')} does not answer`;
}

/** A pod that is there or not, and what Kubernetes says is wrong with it, for people. */
export function podWithProblem({ pods }: Pick<Observation, 'pods'>, ordinal: number): string {
  const problem = pods.find((pod) => pod.ordinal === ordinal)?.problem;
  return problem === undefined ? `pod ${ordinal}` : `pod ${ordinal} (${problem})`;
}

/** Who is opening its directory cannot say yet what is in it. */
const answers = ({ status, deleting }: SeenPod): boolean =>
  !deleting &&
  status !== undefined &&
  status.phase !== PHASE.OPENING &&
  status.phase !== PHASE.REOPENING;
