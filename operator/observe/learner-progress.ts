/** How long learners have received nothing. Nobody can be asked for that, so it is remembered. */
import type { Progress, Status } from '../../proto/gen/robustmq/admin/v1/admin.ts';
import { PROGRESS_STATE, STANDING } from '../plan/words.ts';

/** What a learner has, and since when, by a clock that nobody puts ahead or back. */
interface Received {
  readonly term: number;
  /** The furthest that its log was. */
  readonly match: number;
  /** While a snapshot comes, its log stands still, and its files grow. */
  readonly bytes: number | undefined;
  readonly sinceMs: number;
}

/** By directory. */
export type LearnerProgress = ReadonlyMap<string, Received>;

/**
 * What is remembered after the leader has said where everybody is; nothing of those that are no learners,
 * nor of the time in which nobody led: nobody can be blamed for having received nothing then.
 *
 * @param diskBytes of what the state of a directory takes, as its process says.
 */
export function noteProgress(
  before: LearnerProgress,
  leader: Status | undefined,
  diskBytes: (directory: string) => number | undefined,
  steadyMs: number,
): LearnerProgress {
  const after = new Map<string, Received>();
  for (const { id, directory, standing } of leader?.configuration?.members ?? []) {
    if (leader === undefined || standing !== STANDING.LEARNER) continue;
    const progress = leader.progress.find(({ memberId }) => memberId === id);
    const known = before.get(directory);
    const isSnapshot = progress?.state === PROGRESS_STATE.SNAPSHOT;
    const now: Received = {
      term: leader.term,
      match: Math.max(progress?.matchIndex ?? 0, known?.match ?? 0),
      // Of a process that does not answer nobody knows more than before.
      bytes: isSnapshot ? (diskBytes(directory) ?? known?.bytes) : undefined,
      sinceMs: steadyMs,
    };
    const stands = known !== undefined && hasSame(known, now) && !hasAll(progress);
    after.set(directory, stands ? { ...now, sinceMs: known.sinceMs } : now);
  }
  return after;
}

const hasSame = (known: Received, now: Received): boolean =>
  known.term === now.term &&
  known.match === now.match &&
  (known.bytes === undefined || now.bytes === undefined || known.bytes === now.bytes);

/** There is nothing that it could receive. */
const hasAll = (progress: Progress | undefined): boolean => progress?.caughtUp === true;
