/**
 * What a disk may still hold after power loss. Writes are not ordered among each other: LevelDB does
 * not sync the old write-ahead file when it begins a new one, so an unsynced batch can vanish while a
 * later one stays. One that was being written may be torn: its checksum fails, and opening decides.
 *
 *   base     every write up to some point, all of them synced
 *   writes   those after it, oldest first: in flight, unsynced, failed, or synced behind such a one
 *   tail     after a crash: the first torn record, and all behind it, until the next opening
 *   live     what the running process reads
 */
import { StorageError } from '../../ports/outcome.ts';
import type { Outcome } from '../../ports/outcome.ts';

/** A write on its way, or on disk without certainty. */
interface Write<Batch> {
  readonly ordinal: number;
  readonly batch: Batch;
  state: 'inFlight' | 'unsynced' | 'failed' | 'synced';
}

/** How the content of a database is changed and copied. */
interface Medium<Content, Batch> {
  apply(content: Content, batch: Batch): void;
  copy(content: Content): Content;
}

export interface Journal<Content, Batch> {
  readonly medium: Medium<Content, Batch>;
  base: Content;
  live: Content;
  writes: Write<Batch>[];
  tail: StoredRecord<Batch>[];
  ordinal: number;
}

/** A batch as it lies on disk. */
interface StoredRecord<Batch> {
  readonly batch: Batch;
  /** Its checksum holds. */
  readonly whole: boolean;
}

/** What a crash leaves of a write: all, nothing, or a part of its bytes. */
export type Remnant = boolean | 'torn';

/** A write that a crash may take or leave. */
export interface PendingWrite {
  /** Counts the writes of its store from 1. */
  readonly ordinal: number;
  /** It is still running. Otherwise it returned: unsynced, or with an error. */
  readonly inFlight: boolean;
}

export const createJournal = <Content, Batch>(
  medium: Medium<Content, Batch>,
  content: Content,
): Journal<Content, Batch> => ({
  medium,
  base: content,
  live: medium.copy(content),
  writes: [],
  tail: [],
  ordinal: 0,
});

/** Begins a write: from now on a crash may leave it on disk. */
export function beginWrite<Content, Batch>(
  journal: Journal<Content, Batch>,
  batch: Batch,
): Write<Batch> {
  journal.ordinal += 1;
  const write: Write<Batch> = { ordinal: journal.ordinal, batch, state: 'inFlight' };
  journal.writes.push(write);
  return write;
}

/** Ends a write. Only one that returned without error is read by the running process. */
export function endWrite<Content, Batch>(
  journal: Journal<Content, Batch>,
  write: Write<Batch>,
  state: 'unsynced' | 'failed' | 'synced' | 'gone',
): void {
  if (state === 'gone') {
    journal.writes = journal.writes.filter((other) => other !== write);
  } else {
    write.state = state;
    if (state !== 'failed') journal.medium.apply(journal.live, write.batch);
  }
  foldSynced(journal);
}

/** Leaves on disk what is synced, and what `keep` says of the rest; the process begins anew from that. */
export function settle<Content, Batch>(
  journal: Journal<Content, Batch>,
  keep: (write: PendingWrite) => Remnant,
): void {
  for (const { ordinal, batch, state } of journal.writes) {
    const left = state === 'synced' || keep({ ordinal, inFlight: state === 'inFlight' });
    if (left === false) continue;
    journal.tail.push({ batch, whole: left === true });
  }
  journal.writes = [];
  replay(journal);
  journal.live = journal.medium.copy(journal.base);
}

/**
 * What opening does about a torn record: if it is the last, it was never acknowledged, and is dropped.
 * With whole ones behind it, it was written before, and is damage.
 */
export function recover<Content, Batch>(journal: Journal<Content, Batch>): Outcome<void> {
  if (journal.tail.some(({ whole }) => whole)) {
    const error = new StorageError('corrupt', 'wrong checksum before the last record');
    return { ok: false, error };
  }
  journal.tail = [];
  return { ok: true, value: undefined };
}

/** Takes over what can be read without a doubt: everything before the first torn record. */
function replay<Content, Batch>({ medium, base, tail }: Journal<Content, Batch>): void {
  const torn = tail.findIndex(({ whole }) => !whole);
  for (const { batch } of tail.splice(0, torn < 0 ? tail.length : torn)) medium.apply(base, batch);
}

/** What is certain to be found after power loss. Do not change it. */
export function durable<Content, Batch>(journal: Journal<Content, Batch>): Content {
  const synced = journal.writes.filter((write) => write.state === 'synced');
  if (synced.length === 0) return journal.base;
  const content = journal.medium.copy(journal.base);
  for (const { batch } of synced) journal.medium.apply(content, batch);
  return content;
}

/** The writes that a crash may take or leave, oldest first. */
export const pendingWrites = <Content, Batch>(
  journal: Journal<Content, Batch>,
): readonly PendingWrite[] =>
  journal.writes
    .filter((write) => write.state !== 'synced')
    .map(({ ordinal, state }) => ({ ordinal, inFlight: state === 'inFlight' }));

function foldSynced<Content, Batch>(journal: Journal<Content, Batch>): void {
  let oldest = journal.writes[0];
  while (oldest?.state === 'synced') {
    journal.medium.apply(journal.base, oldest.batch);
    journal.writes.shift();
    oldest = journal.writes[0];
  }
}
