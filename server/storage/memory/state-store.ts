import { createRowsHash, formatRowsHash, replaceRow } from '../../codec/rows-hash.ts';
import type { RowsHash } from '../../codec/rows-hash.ts';
import { StorageError } from '../../ports/outcome.ts';
import type { Done, Outcome } from '../../ports/outcome.ts';
import type { SnapshotSource } from '../../ports/snapshot-source.ts';
import type { Scrub, StagedSnapshot, StateStore } from '../../ports/state-store.ts';
import { invariant } from '../../raft/invariant.ts';
import { closeDatabase, createDatabase, openDatabase, submit, writeDatabase } from './database.ts';
import type { Database } from './database.ts';
import { compareKeys } from '../../ports/key-order.ts';
import type { MemoryDisk } from './memory-disk.ts';
import { decodeChunk, encodeChunk } from './snapshot-chunk.ts';
import type { StateContent } from './state-content.ts';

const CHUNK_BYTES_MAX = 64 << 10;

/** The state store of one process on `disk`; dead once the disk has crashed. */
export function createMemoryStateStore(disk: MemoryDisk): StateStore {
  const database = createDatabase(disk, 'state');
  const { state } = disk;
  /** Bodies of what was staged here. A staged snapshot does not outlive the process. */
  const bodies = new WeakMap<StagedSnapshot, Map<string, Uint8Array>>();

  function read(key: string): Uint8Array | undefined {
    if (database.state !== 'open') throw new StorageError('closed', 'state: not open');
    if (state.live.damaged.has(key)) {
      throw new StorageError('corrupt', `state: row ${key}: wrong checksum`);
    }
    return state.live.rows.get(key);
  }

  return {
    open: (done) =>
      openDatabase(database, state, () => ({ ok: true, value: state.live.position }), done),

    get: read,

    *range(prefix, after) {
      const keys = [...state.live.rows.keys()]
        .filter((key) => key.startsWith(prefix))
        .filter((key) => after === undefined || compareKeys(key, after) > 0)
        .sort(compareKeys);
      for (const key of keys) {
        const value = read(key);
        if (value !== undefined) yield [key, value];
      }
    },

    hash: () => formatRowsHash(state.live.hash),

    write: (rows, position, done) => {
      let bytes = 0;
      for (const [key, value] of rows) bytes += key.length + (value?.length ?? 0);
      // A copy: what the caller does with its map while the write runs is not written.
      const batch = { kind: 'rows', rows: new Map(rows), position } as const;
      writeDatabase(database, state, batch, bytes, done);
    },

    snapshot: () => createSource(disk, database),

    scrub: () => createScrub(database, state),

    stage: (source, done) => {
      const rows = new Map<string, Uint8Array>();
      pull(database, source, rows, (outcome) => {
        const checked = outcome.ok ? checkHash(source, rows) : outcome;
        if (!checked.ok) {
          done(checked);
          return;
        }
        const staged: StagedSnapshot = {
          position: source.position,
          discard: () => void bodies.delete(staged),
        };
        bodies.set(staged, rows);
        done({ ok: true, value: staged });
      });
    },

    install: (staged, done) => {
      const rows = bodies.get(staged);
      invariant(rows !== undefined, 'a snapshot is installed where it was staged, once', {
        index: staged.position.index,
      });
      bodies.delete(staged);
      const batch = { kind: 'install', rows, position: staged.position } as const;
      writeDatabase(database, state, batch, 0, done);
    },

    close: (done) => closeDatabase(database, done),
  };
}

/** As much of it as there is, in one piece. */
function createScrub(database: Database, { live }: MemoryDisk['state']): Scrub {
  let closed = false;
  let ended = false;
  return {
    next: (done) => {
      const look = (): Outcome<number | undefined> => {
        if (ended) return { ok: true, value: undefined };
        ended = true;
        return lookFor(live);
      };
      submit(database, 'chunk', 0, look, (outcome) => {
        if (!closed) done(outcome);
      });
    },
    close: () => {
      closed = true;
    },
  };
}

function lookFor({ rows, damaged, hash }: StateContent): Outcome<number> {
  if (damaged.size > 0) return corrupt(`row ${[...damaged].join()}: wrong checksum`);
  const found = formatRowsHash(hashOf(rows));
  const must = formatRowsHash(hash);
  if (found !== must) return corrupt(`the hash of all rows must be ${must}, it is ${found}`);
  return { ok: true, value: rows.size };
}

function hashOf(rows: ReadonlyMap<string, Uint8Array>): RowsHash {
  const hash = createRowsHash();
  for (const [key, value] of rows) replaceRow(hash, key, undefined, value);
  return hash;
}

function checkHash({ hash }: SnapshotSource, rows: ReadonlyMap<string, Uint8Array>): Outcome<void> {
  const found = formatRowsHash(hashOf(rows));
  if (hash === undefined || hash === found) return { ok: true, value: undefined };
  return corrupt(`the snapshot must have the hash ${hash}, its rows have ${found}`);
}

const corrupt = (problem: string): { readonly ok: false; readonly error: StorageError } => ({
  ok: false,
  error: new StorageError('corrupt', `state: ${problem}`),
});

function createSource(disk: MemoryDisk, database: Database): SnapshotSource {
  const { rows, position, hash } = disk.state.live;
  const damaged = new Set(disk.state.live.damaged);
  const iterator = [...rows].values();
  let closed = false;
  return {
    position,
    hash: formatRowsHash(hash),
    next: (done) => {
      const bytesMax = disk.options.chunkBytesMax ?? CHUNK_BYTES_MAX;
      const answer: Done<Uint8Array | undefined> = (outcome) => {
        if (!closed) done(outcome);
      };
      const look = (): Outcome<Uint8Array | undefined> => {
        if (damaged.size === 0) return { ok: true, value: encodeChunk(iterator, bytesMax) };
        return corrupt(`row ${[...damaged].join()}: wrong checksum`);
      };
      submit(database, 'chunk', bytesMax, look, answer);
    },
    close: () => {
      closed = true;
    },
  };
}

/** Takes chunk after chunk from `source` into `rows`. */
function pull(
  database: Database,
  source: SnapshotSource,
  rows: Map<string, Uint8Array>,
  done: Done<void>,
): void {
  source.next((chunk) => {
    if (!chunk.ok) {
      done(chunk);
      return;
    }
    if (chunk.value === undefined) {
      done({ ok: true, value: undefined });
      return;
    }
    const bytes = chunk.value;
    const next: Done<void> = (outcome) => {
      if (outcome.ok) pull(database, source, rows, done);
      else done(outcome);
    };
    submit(database, 'stage', bytes.length, () => take(bytes, rows), next);
  });
}

function take(chunk: Uint8Array, rows: Map<string, Uint8Array>): Outcome<void> {
  try {
    for (const [key, value] of decodeChunk(chunk)) rows.set(key, value);
  } catch (error) {
    if (error instanceof StorageError) return { ok: false, error };
    throw error;
  }
  return { ok: true, value: undefined };
}
