import { checkEntry } from './entry.ts';
import { isRecord } from './given.ts';
import { isCount, isMemberId, isTerm, type LogPosition } from './ids.ts';
import { invariant } from './invariant.ts';
import type { Append, Message, Snapshot } from './message.ts';
import type { Raft } from './raft.ts';
import { checkSnapshotPosition } from './snapshot-position.ts';

/**
 * Refuses a message that no correct member could have sent to this one.
 *
 * On the path of every message, so the values of a refusal are put together only once it is one.
 */
export function checkMessage(raft: Raft, message: Message): void {
  const { from, to, term } = message;
  if (to !== raft.id)
    invariant(false, 'a message is addressed to its receiver', { to, id: raft.id });
  if (!isMemberId(from) || from === raft.id)
    invariant(false, 'a message is from another member', { from });
  if (!isTerm(term)) invariant(false, 'a message carries a term', { term });
  switch (message.kind) {
    case 'append':
      checkAppend(message);
      return;
    case 'appendAccepted':
      checkCounts(message, message.match, 0);
      return;
    case 'appendRejected':
      checkCounts(message, message.previous, message.last);
      checkPosition(message, message.hint);
      return;
    case 'heartbeat':
      checkCounts(message, message.round, 0);
      checkPosition(message, message.commit);
      return;
    case 'heartbeatReply':
      checkCounts(message, message.round, message.last);
      checkAnswer(message, message.lease);
      checkAnswer(message, message.spaceLow);
      return;
    case 'snapshot':
      checkSnapshot(message);
      return;
    case 'committed':
      checkPosition(message, message.commit);
      return;
    case 'readRequest':
      checkCounts(message, message.context, 0);
      return;
    case 'readReply':
      checkCounts(message, message.context, message.index);
      return;
    case 'vote':
      checkAnswer(message, message.transfer);
      checkPosition(message, message.last);
      return;
    case 'preVote':
      checkPosition(message, message.last);
      return;
    case 'preVoteReply':
    case 'voteReply':
      checkAnswer(message, message.granted);
      return;
    case 'timeoutNow':
    case 'resigned':
    case 'removed':
      return;
    default:
      refuseKind(message);
  }
}

function refuseKind(message: never): void {
  const { kind } = message as Message;
  invariant(false, 'a message is of a kind that there is', { kind });
}

/** Two at a time and without a list. */
function checkCounts(message: Message, one: number, other: number): void {
  if (!isCount(one) || !isCount(other)) {
    const { kind } = message;
    invariant(false, 'every number in a message counts something', { kind, one, other });
  }
}

/** A place in the sender's log, whose terms its own never falls behind. */
function checkPosition(message: Message, position: LogPosition): void {
  const given: unknown = position;
  if (!isRecord(given))
    invariant(false, 'a place in a log is an index and a term', { kind: message.kind, position });
  checkCounts(message, position.index, position.term);
  if (position.term > message.term)
    invariant(false, 'a member’s log holds no later term than the member is in', {
      kind: message.kind,
      position,
      sent: message.term,
    });
}

function checkAnswer(message: Message, answer: boolean): void {
  const given: unknown = answer;
  if (typeof given !== 'boolean')
    invariant(false, 'an answer in a message is yes or no', { kind: message.kind, answer });
}

function checkSnapshot({ snapshot, term }: Snapshot): void {
  checkSnapshotPosition(snapshot);
  invariant(snapshot.term <= term, 'a snapshot is no newer than its sender', {
    index: snapshot.index,
    of: snapshot.term,
    sent: term,
  });
}

function checkAppend(message: Append): void {
  checkCounts(message, message.commit, 0);
  checkPosition(message, message.previous);
  const { entries } = message;
  const given: unknown = entries;
  if (!Array.isArray(given)) invariant(false, 'an append has a list of entries', { entries });
  let { index, term } = message.previous;
  for (const entry of entries) {
    checkEntry(entry);
    if (entry.index !== index + 1 || entry.term < term || entry.term > message.term)
      refuseEntry(message, entry, { index, term });
    ({ index, term } = entry);
  }
}

function refuseEntry(message: Append, { index, term }: LogPosition, behind: LogPosition): void {
  invariant(
    false,
    'entries are consecutive, and their terms never fall nor exceed their sender’s',
    { index, term, behind: behind.index, termBefore: behind.term, sent: message.term },
  );
}
