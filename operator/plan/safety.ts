/**
 * The safety rule, and the only two ways to take a voter away: both pass through it.
 *
 * Healthy voters are a quorum before and after, and who is not known to be healthy is not (Cluster API
 * KCP, "safe remediation"). One or two voters may be restarted, which is a gap, but only while all are
 * healthy.
 */
import type { Change } from '../../proto/gen/robustmq/admin/v1/admin.ts';
import type { Reason } from '../api/condition.ts';
import type { Action } from './action.ts';
import type { SeenPod } from './observation.ts';
import { isLongLeaderless } from './leaderless.ts';
import { isOfAnother } from './other-cluster.ts';
import { isJoint, quorumOf, votersOf } from './picture.ts';
import type { Picture, PlacedMember } from './picture.ts';
import { act, wait } from './step.ts';
import type { Record, Step } from './step.ts';

/** What a step is for, in the words of its condition. */
export interface Purpose {
  readonly reason: Reason;
  readonly message: string;
  readonly record?: Record;
}

/** Deletes a pod so that its member starts again, if that is safe. */
export function restartPod(picture: Picture, pod: SeenPod, purpose: Purpose): Step {
  const unsafe = whyNotRestart(picture, pod);
  if (unsafe !== undefined) return refuse(purpose, unsafe);
  const action = { kind: 'delete-pod', pod: pod.name, uid: pod.uid } as const;
  const gap = leavesGap(picture, pod) ? '; nobody can write until it is back' : '';
  return act(purpose.reason, `${purpose.message}${gap}`, action, purpose.record);
}

/** Whether its voter is in service, and the others are no quorum. */
function leavesGap(picture: Picture, pod: SeenPod): boolean {
  const voters = votersOf(picture);
  const voter = voters.find((each) => each.pod?.uid === pod.uid);
  return voter !== undefined && voters.length <= 2 && !servesNobody(pod, voter, picture);
}

/** Changes members in one joint change, if that is safe; the list may also take nobody away. */
export function changeMembers(
  picture: Picture,
  changes: readonly Change[],
  purpose: Purpose,
): Step {
  const { leader, configuration } = picture;
  if (leader === undefined) return refuse(purpose, 'nobody is known to lead');
  const unsafe = whyNotChange(picture, changes);
  if (unsafe !== undefined) return refuse(purpose, unsafe);
  const action: Action = {
    kind: 'change-membership',
    pod: leader.name,
    configurationIndex: configuration?.index ?? 0,
    changes,
  };
  return act(purpose.reason, purpose.message, action, purpose.record);
}

const refuse = ({ message }: Purpose, why: string): Step =>
  wait('UnsafeToProceed', `${message}: not now, ${why}`);

function whyNotRestart(picture: Picture, pod: SeenPod): string | undefined {
  const voters = votersOf(picture);
  const voter = voters.find((each) => each.pod?.uid === pod.uid);
  if (servesNobody(pod, voter, picture)) return undefined;
  if (picture.leader === undefined) return 'nobody is known to lead';
  if (isJoint(picture)) return 'a change of the voters is under way';
  const healthy = voters.filter((each) => each.healthy);
  if (voters.length <= 2) {
    return healthy.length === voters.length ? undefined : short(healthy.length, voters.length);
  }
  const left = healthy.filter((each) => each !== voter);
  const needed = quorumOf(voters.length);
  return left.length >= needed ? undefined : short(left.length, needed);
}

/**
 * Whether a pod has no voter in service for sure: it says so itself, or kubelet finds it unready while
 * neither the operator nor the leader hears from it, or while there has been no leader for long though all
 * voters answer. Silence alone is none: the operator may be the one that is cut off. Nor is it with what
 * the node controller says, of all pods on a node that the API server does not reach.
 */
const servesNobody = (pod: SeenPod, voter: PlacedMember | undefined, picture: Picture): boolean => {
  if (pod.status === undefined) return !pod.containersReady && !isHeard(picture, pod);
  if (voter === undefined) return !isOfAnother(picture, pod.status);
  if (picture.leader === undefined) return !pod.ready && isLongLeaderless(picture);
  return !voter.healthy && !pod.ready;
};

/**
 * Whether the leader has a voter caught up that is in this pod, or may be. One that leads somewhere, as
 * others say, may hear anybody.
 */
const isHeard = (picture: Picture, { ordinal }: SeenPod): boolean =>
  votersOf(picture).some((voter) =>
    voter.pod === undefined
      ? voter.caughtUp && (voter.ordinal === undefined || voter.ordinal === ordinal)
      : picture.leader === undefined && voter.pod.status.leaderId > 0,
  );

function whyNotChange(picture: Picture, changes: readonly Change[]): string | undefined {
  if (isJoint(picture)) return 'a change of the voters is under way';
  const before = votersOf(picture);
  const removed = new Set(idsOf(changes, 'remove'));
  const promoted = new Set(idsOf(changes, 'promote'));
  const after = picture.members.filter(
    ({ id, voter }) => (voter || promoted.has(id)) && !removed.has(id),
  );
  for (const voters of [before, after]) {
    const healthy = voters.filter((each) => each.healthy).length;
    const needed = quorumOf(voters.length);
    if (healthy < needed) return short(healthy, needed);
  }
  return undefined;
}

const short = (have: number, needed: number): string =>
  `${have} healthy voters would be there where ${needed} are needed`;

const idsOf = (changes: readonly Change[], kind: 'remove' | 'promote'): readonly number[] =>
  changes.flatMap((change) => (change.kind?.$case === kind ? [change.kind.value.memberId] : []));
