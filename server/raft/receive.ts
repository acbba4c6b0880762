/** What becomes of a message: first its term is settled, then its kind decides (paper §5.1). */
import { checkMessage } from './check-message.ts';
import {
  onPreVote,
  onPreVoteReply,
  onTimeoutNow,
  onVote,
  onVoteReply,
} from './election/election.ts';
import { send } from './emit.ts';
import { onResigned } from './election/hints.ts';
import { hear, onAppend, onCommitted, onHeartbeat, rejectStale } from './replication/following.ts';
import { onSnapshot } from './replication/installing.ts';
import type { AppendAccepted, AppendRejected, HeartbeatReply, Message } from './message.ts';
import { isRemoved, termOf, type Raft } from './raft.ts';
import { onReadReply, onReadRequest, onRoundAnswered } from './reads/reads.ts';
import { nudge, onAppendAccepted, onAppendRejected } from './replication/replication.ts';
import { becomeFollower, becomeRemoved } from './election/roles.ts';

/**
 * Takes a message of another member: a later term is adopted, and from an earlier one nothing is
 * taken but that this member was removed. A sender that was removed is told so when it asks.
 *
 * @throws InvariantError when no correct member could have sent it.
 */
export function onMessage(raft: Raft, message: Message): void {
  checkMessage(raft, message);
  if (asksForSomething(message) && isRemoved(raft, message.from)) {
    send(raft, { kind: 'removed', from: raft.id, to: message.from, term: termOf(raft) });
    return;
  }
  if (!settleTerm(raft, message)) return;
  dispatch(raft, message);
}

/** Adopts a later term, and turns away what comes from an earlier one. */
function settleTerm(raft: Raft, message: Message): boolean {
  if (decidesOnTermItself(message)) return true;
  if (message.term > termOf(raft)) becomeFollower(raft, message.term, undefined);
  if (message.term === termOf(raft)) return true;
  if (isFromLeader(message)) rejectStale(raft, message.from);
  return false;
}

function dispatch(raft: Raft, message: Message): void {
  if (isFromLeader(message)) hear(raft, message.from);
  switch (message.kind) {
    case 'preVote':
      onPreVote(raft, message);
      return;
    case 'preVoteReply':
      onPreVoteReply(raft, message);
      return;
    case 'vote':
      onVote(raft, message);
      return;
    case 'voteReply':
      onVoteReply(raft, message);
      return;
    case 'append':
      onAppend(raft, message);
      return;
    case 'committed':
      onCommitted(raft, message.commit);
      return;
    case 'appendAccepted':
    case 'appendRejected':
    case 'heartbeatReply':
      onAnswer(raft, message);
      return;
    case 'heartbeat':
      onHeartbeat(raft, message);
      return;
    case 'snapshot':
      onSnapshot(raft, message);
      return;
    case 'timeoutNow':
      onTimeoutNow(raft, message);
      return;
    case 'resigned':
      onResigned(raft, message);
      return;
    case 'readRequest':
      onReadRequest(raft, message);
      return;
    case 'readReply':
      onReadReply(raft, message);
      return;
    case 'removed':
      becomeRemoved(raft);
      return;
  }
}

/** A member answers its leader. */
function onAnswer(raft: Raft, message: AppendAccepted | AppendRejected | HeartbeatReply): void {
  if (raft.role.kind !== 'leader') return;
  const progress = raft.role.progress.get(message.from);
  if (progress === undefined) return;
  progress.heardMs = raft.nowMs;
  switch (message.kind) {
    case 'appendAccepted':
      onAppendAccepted(raft, progress, message);
      return;
    case 'appendRejected':
      onAppendRejected(raft, progress, message);
      return;
    case 'heartbeatReply':
      onRoundAnswered(raft, raft.role, progress, message);
      nudge(raft, message.from, progress);
      return;
  }
}

/** Votes may be refused without adopting their term; pre-votes speak of a term that may never begin. */
const decidesOnTermItself = (message: Message): boolean =>
  message.kind === 'preVote' ||
  message.kind === 'vote' ||
  message.kind === 'removed' ||
  (message.kind === 'preVoteReply' && message.granted);

const isFromLeader = (message: Message): boolean =>
  message.kind === 'append' ||
  message.kind === 'committed' ||
  message.kind === 'heartbeat' ||
  message.kind === 'snapshot' ||
  message.kind === 'timeoutNow';

/** What a member that was removed, and does not know it, would send. */
const asksForSomething = (message: Message): boolean =>
  message.kind === 'preVote' || message.kind === 'vote' || message.kind === 'readRequest';
