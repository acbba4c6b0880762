/** Learners that do not become voters by themselves, and what is remembered of those that were given up. */
import type { Picture, PlacedMember } from './picture.ts';
import type { Record } from './step.ts';

/** A learner that received nothing for this long is stuck. */
const STUCK_MS = 10 * 60_000;

export const isStuck = ({ seen }: Picture, { directory }: PlacedMember): boolean =>
  (seen.learnerIdleMs[directory] ?? 0) >= STUCK_MS;

/** Whether neither the operator nor the leader hears from it. */
export const isSilent = ({ leader }: Picture, { id, pod }: PlacedMember): boolean =>
  pod === undefined &&
  leader?.status.progress.some(({ memberId, recent }) => memberId === id && recent) !== true;

/** What is to be remembered when this one is given up, so that its pod gets a fresh volume. */
export function givenUp({ seen }: Picture, { pod, directory }: PlacedMember): Record {
  if (pod === undefined) return {};
  const others = (seen.cluster.status?.learnerRetries ?? []).filter(
    (each) => each.pod !== pod.name,
  );
  return { learnerRetries: [...others, { pod: pod.name, directory }] };
}
