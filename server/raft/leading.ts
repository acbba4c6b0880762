/** What a leader owes its term: what follows from each step, and what comes with time. */
import { advanceCommit } from './log/commit.ts';
import { send } from './emit.ts';
import { isVotedOut, leaveCommittedJoint } from './membership/membership.ts';
import { becomeProbe, type Progress } from './replication/progress.ts';
import { reachedByQuorum } from './membership/quorum-reached.ts';
import { otherVoters, termOf, type Leader, type Raft } from './raft.ts';
import { beginRound, releaseReads } from './reads/reads.ts';
import { replicate, tellCommits } from './replication/replication.ts';
import { becomeFollower } from './election/roles.ts';
import {
  bestSuccessor,
  completeTransfer,
  expireTransfer,
  handOver,
  preferPriority,
  sendTimeoutNow,
} from './election/transfer.ts';

/** Draws the consequences of whatever the step has recorded. */
export function lead(raft: Raft, role: Leader): void {
  advanceCommit(raft, role);
  leaveCommittedJoint(raft, role);
  releaseReads(raft, role);
  replicate(raft, role);
  completeTransfer(raft, role);
  if (isVotedOut(raft)) abdicate(raft, role);
}

/** Looks at the clock: steps down without a quorum, or when a stalled disk cannot be handed over from. */
export function onLeaderTick(raft: Raft, role: Leader): void {
  if (!hearsQuorum(raft, role)) {
    stepDown(raft);
    return;
  }
  expireTransfer(raft, role);
  const stalledMs = stalledForMs(raft);
  if (raft.spaceLow || stalledMs > raft.options.storageStallMs) handOver(raft, role);
  if (
    stalledMs > raft.options.storageStallMs + 2 * raft.options.electionTimeoutMs &&
    otherVoters(raft).length > 0
  ) {
    stepDown(raft);
    return;
  }
  preferPriority(raft, role);
  if (raft.nowMs >= role.heartbeatDueMs) beginRound(raft, role);
  tellCommits(raft, role);
}

/** The connection to a member is gone, and with it what was in flight. */
export function onMemberUnreachable(progress: Progress): void {
  if (progress.state !== 'replicate') return;
  becomeProbe(progress, progress.next);
  progress.paused = true;
}

/** Check-quorum: whether a quorum has answered within an election timeout (dissertation §6.2). */
function hearsQuorum(raft: Raft, role: Leader): boolean {
  const heardMs = reachedByQuorum(raft, role, raft.nowMs, (progress) => progress.heardMs);
  return raft.nowMs - heardMs <= raft.options.electionTimeoutMs;
}

/** How long this member's disk has kept the oldest write waiting, in milliseconds. */
const stalledForMs = (raft: Raft): number =>
  raft.nowMs - (raft.outbox.oldest?.sinceMs ?? raft.nowMs);

/** Gives up the office, and says so: who still hears this member would wait for it to fall silent. */
function stepDown(raft: Raft): void {
  for (const to of otherVoters(raft)) {
    send(raft, { kind: 'resigned', from: raft.id, to, term: termOf(raft) });
  }
  becomeFollower(raft, termOf(raft), undefined);
}

/** Leaves office once the configuration without this member is committed (paper §6). */
function abdicate(raft: Raft, role: Leader): void {
  tellCommits(raft, role);
  const successor = bestSuccessor(raft, role);
  if (successor !== undefined) sendTimeoutNow(raft, role, successor);
  becomeFollower(raft, termOf(raft), undefined);
}
