/** How long learners have received nothing. Nobody can be asked for that, so it is remembered. */
import type { Status } from '../../proto/gen/robustmq/admin/v1/admin.ts';
import { STANDING } from '../plan/words.ts';

/** By directory: the furthest that its log was, and since when, by a clock that nobody puts ahead or back. */
export type LearnerProgress = ReadonlyMap<
  string,
  { readonly match: number; readonly sinceMs: number }
>;

/** What is remembered after the leader has said where everybody is; nothing of those that are no learners. */
export function noteProgress(
  before: LearnerProgress,
  leader: Status | undefined,
  steadyMs: number,
): LearnerProgress {
  if (leader === undefined) return before;
  const after = new Map<string, { match: number; sinceMs: number }>();
  for (const { id, directory, standing } of leader.configuration?.members ?? []) {
    if (standing !== STANDING.LEARNER) continue;
    const match = leader.progress.find(({ memberId }) => memberId === id)?.matchIndex ?? 0;
    const known = before.get(directory);
    // A leader that was just elected does not know yet how far others are.
    const stands = known !== undefined && match <= known.match;
    after.set(directory, stands ? known : { match, sinceMs: steadyMs });
  }
  return after;
}
