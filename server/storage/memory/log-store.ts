import type { LogBatch, LogStore } from '../../ports/log-store.ts';
import { StorageError } from '../../ports/outcome.ts';
import type { Done, Outcome } from '../../ports/outcome.ts';
import { entryBytes } from '../../raft/entry.ts';
import type { Entry } from '../../raft/entry.ts';
import { advance } from '../../raft/ids.ts';
import type { Index } from '../../raft/ids.ts';
import { invariant } from '../../raft/invariant.ts';
import {
  closeDatabase,
  createDatabase,
  isUsable,
  openDatabase,
  submit,
  writeDatabase,
} from './database.ts';
import { outlineLog } from './log-content.ts';
import type { LogContent, LogWrite } from './log-content.ts';
import { logChanged } from './memory-disk.ts';
import type { MemoryDisk } from './memory-disk.ts';

/** The log store of one process on `disk`; dead once the disk has crashed. */
export function createMemoryLogStore(disk: MemoryDisk): LogStore {
  const database = createDatabase(disk, 'log');
  const { log } = disk;

  const noticed =
    <Value>(done: Done<Value>): Done<Value> =>
    (outcome) => {
      if (outcome.ok) logChanged(disk);
      done(outcome);
    };

  const write = (batch: LogWrite, bytes: number, done: Done<void>): void =>
    writeDatabase(database, log, batch, bytes, noticed(done));

  return {
    open: (done) => openDatabase(database, log, () => outlineLog(log.live), noticed(done)),
    append: (batch, done) => {
      const last = lastIndex(log.live);
      if (isUsable(database)) checkContinues(log.live, batch);
      const bytes = batch.entries.reduce((sum, entry) => sum + entryBytes(entry), 0);
      write({ kind: 'append', batch, last }, bytes, done);
    },
    read: (after, bytesMax, done) =>
      submit(database, 'read', 0, () => readAfter(log.live, after, bytesMax), done),
    compact: (through, done) => {
      if (isUsable(database)) {
        const last = lastIndex(log.live);
        invariant(through.index <= last, 'a log is compacted through an entry it has', {
          through: through.index,
          last,
        });
        if (through.index <= log.live.base.index) {
          submit(database, 'read', 0, () => ({ ok: true, value: undefined }), done);
          return;
        }
      }
      write({ kind: 'compact', through }, 0, done);
    },
    reset: (base, done) => write({ kind: 'reset', base }, 0, done),
    close: (done) => closeDatabase(database, done),
  };
}

const lastIndex = (content: LogContent): Index => content.outline?.last ?? content.base.index;

function checkContinues(content: LogContent, { entries }: LogBatch): void {
  let previous = lastIndex(content);
  const first = entries[0];
  if (first === undefined) return;
  invariant(
    first.index > content.base.index && first.index <= previous + 1,
    'a batch continues the log',
    {
      base: content.base.index,
      last: previous,
      first: first.index,
    },
  );
  previous = advance(first.index, -1);
  for (const { index } of entries) {
    invariant(index === previous + 1, 'entries of a batch are consecutive', { previous, index });
    previous = index;
  }
}

function readAfter(content: LogContent, after: Index, bytesMax: number): Outcome<Entry[]> {
  const entries: Entry[] = [];
  let bytes = 0;
  for (let index = advance(after); ; index = advance(index)) {
    const entry = content.entries.get(index);
    if (entry === undefined) break;
    if (content.damaged.has(index)) {
      const error = new StorageError('corrupt', `log: entry ${index}: wrong checksum`);
      return { ok: false, error };
    }
    bytes += entryBytes(entry);
    if (entries.length > 0 && bytes > bytesMax) break;
    entries.push(entry);
  }
  return { ok: true, value: entries };
}
