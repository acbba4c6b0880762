import type { EntryKind } from './entry.ts';
import { invariant } from './invariant.ts';
import { checkConfiguration } from './membership/configuration.ts';
import type { Append, Message, Snapshot } from './message.ts';
import type { Raft } from './raft.ts';

const KINDS = {
  preVote: true,
  preVoteReply: true,
  vote: true,
  voteReply: true,
  append: true,
  committed: true,
  appendAccepted: true,
  appendRejected: true,
  heartbeat: true,
  heartbeatReply: true,
  snapshot: true,
  timeoutNow: true,
  resigned: true,
  readRequest: true,
  readReply: true,
  removed: true,
} as const satisfies Record<Message['kind'], true>;

const ENTRY_KINDS = {
  noop: true,
  command: true,
  configuration: true,
} as const satisfies Record<EntryKind, true>;

/** Refuses a message that no correct member could have sent to this one. */
export function checkMessage(raft: Raft, message: Message): void {
  const { from, to, term } = message;
  invariant(to === raft.id, 'a message is addressed to its receiver', { to, id: raft.id });
  invariant(
    Number.isSafeInteger(from) && from > 0 && from !== raft.id,
    'a message is from another member',
    { from },
  );
  if (!(Number.isSafeInteger(term) && term >= 0)) {
    invariant(false, 'a message carries a term', { term });
  }
  if (!(message.kind in KINDS)) {
    invariant(false, 'a message is of a kind that there is', { kind: message.kind });
  }
  switch (message.kind) {
    case 'append':
      checkCounts(message, message.commit, message.previous.index);
      checkCounts(message, message.previous.term, 0);
      checkAppend(message);
      return;
    case 'appendAccepted':
      checkCounts(message, message.match, 0);
      return;
    case 'appendRejected':
      checkCounts(message, message.previous, message.last);
      checkCounts(message, message.hint.index, message.hint.term);
      return;
    case 'heartbeat':
      checkCounts(message, message.round, message.commit.index);
      checkCounts(message, message.commit.term, 0);
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
      checkCounts(message, message.commit.index, message.commit.term);
      return;
    case 'readRequest':
      checkCounts(message, message.context, 0);
      return;
    case 'readReply':
      checkCounts(message, message.context, message.index);
      return;
    case 'vote':
      checkAnswer(message, message.transfer);
      checkCounts(message, message.last.index, message.last.term);
      return;
    case 'preVote':
      checkCounts(message, message.last.index, message.last.term);
      return;
    case 'preVoteReply':
    case 'voteReply':
      checkAnswer(message, message.granted);
      return;
    case 'timeoutNow':
    case 'resigned':
    case 'removed':
      return;
  }
}

/** Two at a time and without a list: this is on the path of every message. */
function checkCounts(message: Message, one: number, other: number): void {
  const areCounts =
    Number.isSafeInteger(one) && one >= 0 && Number.isSafeInteger(other) && other >= 0;
  if (!areCounts)
    invariant(false, 'every number in a message counts something', {
      kind: message.kind,
      one,
      other,
    });
}

function checkAnswer(message: Message, answer: boolean): void {
  // A type is no proof of what came over a wire.
  const given: unknown = answer;
  if (typeof given !== 'boolean')
    invariant(false, 'an answer in a message is yes or no', { kind: message.kind, answer });
}

function checkSnapshot(message: Snapshot): void {
  const { snapshot, term } = message;
  checkCounts(message, snapshot.index, snapshot.term);
  checkCounts(message, snapshot.configurationIndex, 0);
  checkConfiguration(snapshot.configuration);
  invariant(
    snapshot.term <= term && snapshot.configurationIndex <= snapshot.index,
    'a snapshot is no newer than its sender, and holds its configuration',
    { index: snapshot.index, of: snapshot.term, sent: term, from: snapshot.configurationIndex },
  );
}

function checkAppend(message: Append): void {
  let { index, term } = message.previous;
  for (const entry of message.entries) {
    const data: unknown = entry.data;
    if (!(entry.kind in ENTRY_KINDS) || !(data instanceof Uint8Array)) {
      invariant(false, 'an entry is of a kind that there is, and holds bytes', {
        index: entry.index,
        kind: entry.kind,
      });
    }
    checkCounts(message, entry.index, entry.term);
    invariant(
      entry.index === index + 1 && entry.term >= term && entry.term <= message.term,
      'entries are consecutive, and their terms never fall nor exceed their sender’s',
      { index: entry.index, term: entry.term, behind: index, termBefore: term, sent: message.term },
    );
    ({ index, term } = entry);
  }
}
