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
  invariant(Number.isSafeInteger(term) && term >= 0, 'a message carries a term', { term });
  if (message.kind === 'append') checkAppend(message);
  if (message.kind === 'snapshot') checkSnapshot(message);
  for (const [name, value] of Object.entries(message)) {
    invariant(
      typeof value !== 'number' || (Number.isSafeInteger(value) && value >= 0),
      'every number in a message counts something',
      { kind: message.kind, name, value },
    );
  }
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
