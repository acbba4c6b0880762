import { StorageError } from '../../ports/outcome.ts';
import type { Done, Outcome } from '../../ports/outcome.ts';
import { invariant } from '../../raft/invariant.ts';
import type { DiskFate, DiskOperation, DiskStore } from './disk-policy.ts';
import { beginWrite, endWrite, recover, settle } from './journal.ts';
import type { Journal } from './journal.ts';
import type { MemoryDisk } from './memory-disk.ts';

/** One database in one process: what both stores have in common. */
export interface Database {
  readonly disk: MemoryDisk;
  readonly store: DiskStore;
  /** The process; once the disk has lost it, the database is silent. */
  readonly generation: number;
  /** `broken`: a write failed; nothing goes until it is opened again. */
  state: 'closed' | 'open' | 'broken' | 'closing';
  running: number;
  writing: boolean;
  whenIdle: (() => void)[];
}

/** A database of the process that begins now. */
export const createDatabase = (disk: MemoryDisk, store: DiskStore): Database => ({
  disk,
  store,
  generation: disk.generation,
  state: 'closed',
  running: 0,
  writing: false,
  whenIdle: [],
});

/** Whether calls on it are carried out: it is open, without an error since, and its process lives. */
export const isUsable = ({ disk, generation, state }: Database): boolean =>
  state === 'open' && disk.generation === generation;

/**
 * Opens it: writes that returned before, synced or not, are recovered and made durable. A torn one at
 * the end is dropped; before the end it is damage.
 */
export function openDatabase<Content, Batch, Value>(
  database: Database,
  journal: Journal<Content, Batch>,
  look: () => Outcome<Value>,
  done: Done<Value>,
): void {
  const { disk, store } = database;
  perform(database, 'open', 0, (fate) => {
    if (database.state !== 'closed' || disk.open.has(store)) {
      done(failure('locked', `${store}: already open`));
      return;
    }
    if (fate !== 'done') {
      done(failed(fate, `${store}: open`));
      return;
    }
    const recovered = recover(journal);
    if (!recovered.ok) {
      done(recovered);
      return;
    }
    settle(journal, () => true);
    const outcome = look();
    if (outcome.ok) {
      database.state = 'open';
      disk.open.add(store);
    }
    done(outcome);
  });
}

/** Writes one batch; one at a time. An error makes the database unusable until opened again. */
export function writeDatabase<Content, Batch>(
  database: Database,
  journal: Journal<Content, Batch>,
  batch: Batch,
  bytes: number,
  done: Done<void>,
): void {
  const { disk, store, generation } = database;
  // What a lost process still does reaches no disk.
  if (disk.generation !== generation) return;
  if (database.state !== 'open') {
    refuse(database, done);
    return;
  }
  invariant(!database.writing, 'one write at a time', { store });
  database.writing = true;
  const write = beginWrite(journal, batch);
  perform(database, 'write', bytes, (fate) => {
    database.writing = false;
    if (fate === 'done') {
      const synced = disk.options.sync?.({ store, kind: 'write', bytes }) ?? true;
      endWrite(journal, write, synced ? 'synced' : 'unsynced');
      done({ ok: true, value: undefined });
    } else {
      endWrite(journal, write, fate === 'failedButWritten' ? 'failed' : 'gone');
      if (database.state === 'open') database.state = 'broken';
      done(failed(fate, `${store}: write`));
    }
  });
}

/** Any other operation on the open database; `look` gives its result when the disk is done. */
export function submit<Value>(
  database: Database,
  kind: DiskOperation['kind'],
  bytes: number,
  look: () => Outcome<Value>,
  done: Done<Value>,
): void {
  if (database.state !== 'open') {
    refuse(database, done);
    return;
  }
  perform(database, kind, bytes, (fate) => {
    done(fate === 'done' ? look() : failed(fate, `${database.store}: ${kind}`));
  });
}

/** Closes it once everything that runs has ended. */
export function closeDatabase(database: Database, done: Done<void>): void {
  const { disk, store } = database;
  const finish = (): void => {
    // Here, not when asked for: it may have been on its way to open then.
    const isOpen = database.state !== 'closed';
    perform(database, 'close', 0, () => {
      if (isOpen) disk.open.delete(store);
      database.state = 'closed';
      done({ ok: true, value: undefined });
    });
  };
  if (database.state !== 'closed') database.state = 'closing';
  if (database.running === 0) finish();
  else database.whenIdle.push(finish);
}

/** Answers later, as every answer must, that the database is not usable. */
function refuse<Value>(database: Database, done: Done<Value>): void {
  const code = database.state === 'broken' ? 'failed' : 'closed';
  perform(database, 'read', 0, () => {
    done(failure(code, `${database.store}: not usable, ${code}`));
  });
}

function perform(
  database: Database,
  kind: DiskOperation['kind'],
  bytes: number,
  complete: (fate: DiskFate) => void,
): void {
  const { disk, store, generation } = database;
  if (disk.generation !== generation) return;
  database.running += 1;
  disk.options.policy.submit({ store, kind, bytes }, (fate) => {
    if (disk.generation !== generation) return;
    database.running -= 1;
    complete(fate);
    if (database.running > 0) return;
    const idle = database.whenIdle;
    database.whenIdle = [];
    for (const task of idle) task();
  });
}

const failed = (
  fate: Exclude<DiskFate, 'done'>,
  what: string,
): { readonly ok: false; readonly error: StorageError } =>
  fate === 'full' ? failure('full', `${what}: no space left`) : failure('failed', `${what} failed`);

const failure = (
  code: StorageError['code'],
  message: string,
): { readonly ok: false; readonly error: StorageError } => ({
  ok: false,
  error: new StorageError(code, message),
});
