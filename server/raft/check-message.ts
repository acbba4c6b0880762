import { invariant } from './invariant.ts';
import type { Append, Message } from './message.ts';
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
