import type { Picture } from './picture.ts';

/** Which of the first pods say nothing, and why, for people; undefined when all have answered. */
export function silentOrdinals({ seen }: Picture, count: number): string | undefined {
  const named = Array.from({ length: count }, (_, ordinal) => ordinal).flatMap((ordinal) => {
    const pod = seen.pods.find((each) => each.ordinal === ordinal);
    if (pod?.status !== undefined && !pod.deleting) return [];
    return [pod?.problem === undefined ? `pod ${ordinal}` : `pod ${ordinal} (${pod.problem})`];
  });
  return named.length === 0 ? undefined : `${named.join(', ')} does not answer`;
}
