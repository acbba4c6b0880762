import { invariant } from './invariant.ts';
import { checkConfiguration } from './membership/configuration.ts';
import type { Append, Message, Snapshot } from './message.ts';
import type { Raft } from './raft.ts';

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
  switch (message.kind) {
    case 'append':
      checkCounts(message, message.commit, message.previous.index);
      checkAppend(message);
      return;
    case 'appendAccepted':
      checkCounts(message, message.match, 0);
      return;
    case 'appendRejected':
      checkCounts(message, message.previous, message.last);
      return;
    case 'heartbeat':
      checkCounts(message, message.round, message.commit.index);
      return;
    case 'heartbeatReply':
      checkCounts(message, message.round, message.last);
      return;
    case 'snapshot':
      checkSnapshot(message);
      return;
    case 'committed':
      checkCounts(message, message.commit.index, 0);
      return;
    case 'readRequest':
      checkCounts(message, message.context, 0);
      return;
    case 'readReply':
      checkCounts(message, message.context, message.index);
      return;
    case 'preVote':
    case 'vote':
      checkCounts(message, message.last.index, message.last.term);
      return;
    case 'preVoteReply':
    case 'voteReply':
    case 'timeoutNow':
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

function checkSnapshot({ snapshot, term }: Snapshot): void {
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
    invariant(
      entry.index === index + 1 && entry.term >= term && entry.term <= message.term,
      'entries are consecutive, and their terms never fall nor exceed their sender’s',
      { index: entry.index, term: entry.term, behind: index, termBefore: term, sent: message.term },
    );
    ({ index, term } = entry);
  }
}
