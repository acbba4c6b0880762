/**
 * Looks for rot in the database of the state while it is in use: first at its files as they are on
 * disk, since LevelDB serves what it keeps in memory, then at its rows and their hash, since what
 * LevelDB has copied from a damaged file into another shows in no file.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { addRow, createRowsHash } from '../../codec/rows-hash.ts';
import { StorageError } from '../../ports/outcome.ts';
import type { Scrub } from '../../ports/state-store.ts';
import type { Gate } from './gate.ts';
import { manifestIn, tableName } from './level-files.ts';
import { textPiecesOf } from './level.ts';
import type { Level } from './level.ts';
import { ROWS_END } from './position-record.ts';
import { recordsOf } from './record-file.ts';
import { checkAgainst, checkRow, positionIn } from './state-body.ts';
import type { StateBody } from './state-body.ts';
import { storageErrorOf } from './storage-error.ts';
import { verifyTable } from './table-file.ts';

/** After so much of a write-ahead file others get their turn: a checksum in JavaScript takes its time. */
const RECORDS_BYTES = 512 << 10;

/**
 * @param body undefined: nothing is open, and every piece fails.
 * @param hold keeps `body` open until what it returns is called.
 */
export function createScrub(
  gate: Gate,
  body: StateBody | undefined,
  hold: (body: StateBody) => () => Promise<void>,
): Scrub {
  const pieces = body && piecesOf(body);
  const release = body && hold(body);
  let closed = false;
  return {
    next: (done) => {
      gate.read(
        async () => {
          if (pieces === undefined) throw new StorageError('closed', 'state: not open');
          return (await pieces.next()).value ?? undefined;
        },
        (outcome) => {
          if (!closed) done(outcome);
        },
      );
    },
    close: () => {
      if (closed) return;
      closed = true;
      gate.background(async () => {
        await pieces?.return();
        await release?.();
      });
    },
  };
}

async function* piecesOf(body: StateBody): AsyncGenerator<number, void, undefined> {
  yield* files(body.level.location);
  yield* rows(body);
}

/** Files come and go under a database in use: one that is gone by now was not needed any more. */
async function* files(path: string): AsyncGenerator<number, void, undefined> {
  const read = (name: string): Promise<Buffer | undefined> =>
    readFile(join(path, name)).catch((error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
      throw storageErrorOf(error, join(path, name));
    });
  const names = await readdir(path);
  const manifest = await manifestIn(path);
  for (const number of manifest.tables.keys()) {
    const name = tableName(names, number);
    const bytes = await read(name);
    if (bytes === undefined) continue;
    attempt(join(path, name), () => verifyTable(bytes));
    yield bytes.length;
  }
  for (const name of names.filter((each) => /^\d+\.log$/.test(each))) {
    const bytes = await read(name);
    if (bytes === undefined) continue;
    const records = recordsOf({ name, bytes })[Symbol.iterator]();
    let piece: Piece;
    do {
      piece = attempt(path, () => readRecords(records));
      yield piece.bytes;
    } while (!piece.done);
  }
}

interface Piece {
  readonly bytes: number;
  readonly done: boolean;
}

/** Reads records until they are many, or at their end. */
function readRecords(records: Iterator<Buffer>): Piece {
  let bytes = 0;
  while (bytes < RECORDS_BYTES) {
    const record = records.next();
    if (record.done === true) return { bytes, done: true };
    bytes += record.value.length;
  }
  return { bytes, done: false };
}

async function* rows(body: StateBody): AsyncGenerator<number, void, undefined> {
  const { level } = body;
  const snapshot: ReturnType<Level['snapshot']> = level.snapshot();
  try {
    const record = positionIn(body, snapshot);
    const hash = createRowsHash();
    let count = 0;
    for await (const piece of textPiecesOf(level, { lt: ROWS_END, snapshot })) {
      let bytes = 0;
      for (const [key, row] of piece) {
        addRow(hash, checkRow(level, key, row));
        bytes += key.length + row.length;
      }
      count += piece.length;
      yield bytes;
    }
    attempt(level.location, () => checkAgainst(record, count, hash));
  } finally {
    await snapshot.close();
  }
}

function attempt<Value>(where: string, look: () => Value): Value {
  try {
    return look();
  } catch (error) {
    throw storageErrorOf(error, where);
  }
}
