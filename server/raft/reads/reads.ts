/**
 * Linearizable reads without a log entry (dissertation §6.4): a read is served from what was
 * committed when it arrived, once a heartbeat round that began later shows that this member still
 * led; or at once, while a lease shows it.
 */
import { emit, refuse, send } from '../emit.ts';
import type { MemberId } from '../ids.ts';
import { invariant } from '../invariant.ts';
import type { HeartbeatReply, ReadReply, ReadRequest } from '../message.ts';
import { reachedByQuorum } from '../membership/quorum-reached.ts';
import { configurationOf, leaderOf, termOf, type Leader, type Raft } from '../raft.ts';
import type { PendingRead } from './pending-reads.ts';
import type { Progress } from '../replication/progress.ts';
import { commitOf, tellCommit } from '../replication/replication.ts';

/** A read of this member's own callers; a follower asks its leader. */
export function onRead(raft: Raft, context: number): void {
  const { role } = raft;
  if (role.kind === 'leader') {
    addRead(raft, role, context, undefined);
    return;
  }
  const leader = leaderOf(raft);
  if (leader === undefined) refuse(raft, 'read', context, { reason: 'notLeader', leader });
  else send(raft, { kind: 'readRequest', from: raft.id, to: leader, term: termOf(raft), context });
}

/** A follower's read; over the bound it is dropped, and the follower's caller times out. */
export function onReadRequest(raft: Raft, message: ReadRequest): void {
  if (raft.role.kind === 'leader') addRead(raft, raft.role, message.context, message.from);
}

/** No state is needed to match the reply: a context is never used twice. */
export function onReadReply(raft: Raft, message: ReadReply): void {
  emit(raft, { kind: 'readReady', context: message.context, index: message.index });
}

/** Begins a heartbeat round, to every member. */
export function beginRound(raft: Raft, role: Leader): void {
  const { reads } = role;
  reads.round++;
  role.heartbeatDueMs = raft.nowMs + raft.options.heartbeatIntervalMs;
  if (configurationOf(raft).trust === 'lease')
    reads.starts.push({ round: reads.round, atMs: raft.nowMs });
  while ((reads.starts[0]?.atMs ?? Infinity) + raft.options.electionTimeoutMs < raft.nowMs)
    reads.starts.shift();
  for (const [to, progress] of role.progress) {
    if (to === raft.id) continue;
    progress.acknowledged ??= { round: reads.round, match: progress.match };
    const commit = commitOf(raft, progress);
    if (commit.index > progress.sentCommit) progress.sentCommit = commit.index;
    send(raft, {
      kind: 'heartbeat',
      from: raft.id,
      to,
      term: termOf(raft),
      round: reads.round,
      commit,
    });
  }
}

/** A member answered a round; alarms when its log ends before what it had acknowledged by then. */
export function onRoundAnswered(
  raft: Raft,
  role: Leader,
  progress: Progress,
  message: HeartbeatReply,
): void {
  invariant(message.round <= role.reads.round, 'only rounds that were begun are answered', {
    from: message.from,
    round: message.round,
    begun: role.reads.round,
  });
  if (message.round > progress.round) progress.round = message.round;
  if (message.lease && message.round > progress.leaseRound) progress.leaseRound = message.round;
  progress.spaceLow = message.spaceLow;
  const { acknowledged } = progress;
  if (acknowledged === undefined || message.round < acknowledged.round) return;
  progress.acknowledged = undefined;
  if (message.last >= acknowledged.match || progress.regressed) return;
  progress.regressed = true;
  emit(raft, {
    kind: 'alarm',
    alarm: 'memberRegressed',
    member: message.from,
    acknowledged: acknowledged.match,
    found: message.last,
  });
}

/** Answers every read that is confirmed, and begins a round for those that wait for one. */
export function releaseReads(raft: Raft, role: Leader): void {
  if (raft.commit < role.firstIndex || role.reads.waiting.length === 0) return;
  releaseConfirmed(raft, role);
  const last = role.reads.waiting.at(-1);
  const idle = confirmedRound(raft, role) >= role.reads.round;
  if (last === undefined || last.round <= role.reads.round || !idle) return;
  beginRound(raft, role);
  releaseConfirmed(raft, role);
}

/** The start of the last round that a quorum answered with a promise, plus the election timeout, less the margin. */
function holdsLease(raft: Raft, role: Leader): boolean {
  if (configurationOf(raft).trust !== 'lease' || role.leaseForfeited) return false;
  const round = reachedByQuorum(raft, role, role.reads.round, (progress) => progress.leaseRound);
  const start = role.reads.starts.find((candidate) => candidate.round >= round);
  if (start?.round !== round) return false;
  return raft.nowMs < start.atMs + raft.options.electionTimeoutMs - raft.options.leaseMarginMs;
}

function addRead(raft: Raft, role: Leader, context: number, from: MemberId | undefined): void {
  const { reads } = role;
  const { pendingReadsMax } = raft.options;
  // Everything committed before this term stands at or before the leader's first entry.
  const index = raft.commit > role.firstIndex ? raft.commit : role.firstIndex;
  const read: PendingRead = { context, from, index, round: reads.round + 1 };
  if (raft.commit >= role.firstIndex && holdsLease(raft, role)) answer(raft, role, read);
  else if (reads.waiting.length < pendingReadsMax) reads.waiting.push(read);
  else if (from === undefined)
    refuse(raft, 'read', context, { reason: 'readsFull', readsMax: pendingReadsMax });
}

function releaseConfirmed(raft: Raft, role: Leader): void {
  const { reads } = role;
  const confirmed = confirmedRound(raft, role);
  const open = reads.waiting.findIndex((read) => read.round > confirmed);
  const ready = open < 0 ? reads.waiting.splice(0) : reads.waiting.splice(0, open);
  for (const read of ready) answer(raft, role, read);
}

const confirmedRound = (raft: Raft, role: Leader): number =>
  reachedByQuorum(raft, role, role.reads.round, (progress) => progress.round);

/** Lets a read be served; a follower that was not told yet that so much is committed is told first. */
function answer(raft: Raft, role: Leader, read: PendingRead): void {
  const { context, from, index } = read;
  if (from === undefined) {
    emit(raft, { kind: 'readReady', context, index });
    return;
  }
  const progress = role.progress.get(from);
  if (progress !== undefined && progress.sentCommit < index) tellCommit(raft, from, progress);
  send(raft, { kind: 'readReply', from: raft.id, to: from, term: termOf(raft), context, index });
}
