import { isJoint, votersOf } from './picture.ts';
import type { Picture, PlacedMember } from './picture.ts';
import { millisecondsOf } from './rfc3339.ts';
import { PHASE } from './words.ts';

/** Elections take seconds: what has lasted so long does not end by itself. */
const ELECTION_MS = 60_000;

/** Whether all voters answer, have long had the time to elect a leader, and none of them knows of one. */
export function isLongLeaderless(picture: Picture): boolean {
  const { seen, leader } = picture;
  if (leader !== undefined || isJoint(picture)) return false;
  const available = seen.cluster.status?.conditions?.find(({ type }) => type === 'Available');
  if (available?.status !== 'False') return false;
  const sinceMs = millisecondsOf(available.lastTransitionTime);
  const voters = votersOf(picture);
  return (
    seen.now.ms - sinceMs >= ELECTION_MS &&
    voters.length > 0 &&
    voters.every((voter) => hadTime(voter, seen.now.ms))
  );
}

/** One that has just been restarted is to have its chance. Its clock may be ahead. */
const hadTime = ({ pod }: PlacedMember, nowMs: number): boolean =>
  pod !== undefined &&
  !pod.deleting &&
  pod.status.phase === PHASE.RUNNING &&
  pod.status.leaderId === 0 &&
  Math.abs(nowMs - pod.status.startedMs) >= ELECTION_MS;
