import { decodeConfiguration } from '../membership/configuration-codec.ts';
import { markUnsaved } from '../emit.ts';
import { entryBytes, type Entry, type EntryKind } from '../entry.ts';
import { advance, type Index } from '../ids.ts';
import { append, lastIndexOf } from './log.ts';
import { termOf, type Leader, type Raft } from '../raft.ts';

/** Appends entries of the leader's own term; returns the index of the first. */
export function appendOwn(
  raft: Raft,
  role: Leader,
  kind: EntryKind,
  data: readonly Uint8Array[],
): Index {
  const first = advance(lastIndexOf(raft.log));
  let index = first;
  for (const bytes of data) {
    const entry: Entry = { index, term: termOf(raft), kind, data: bytes };
    appendEntry(raft, entry);
    role.uncommittedBytes += entryBytes(entry);
    index = advance(index);
  }
  return first;
}

/** Appends an entry; a configuration is in force from now on (dissertation §4.1). */
export function appendEntry(raft: Raft, entry: Entry): void {
  append(raft.log, entry);
  markUnsaved(raft, entry.index);
  if (entry.kind === 'configuration') {
    raft.configurationSequence = raft.outbox.sequence + 1;
    raft.configurations.push({
      index: entry.index,
      configuration: decodeConfiguration(entry.data),
    });
  }
}
