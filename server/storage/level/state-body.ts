/** One database of the state, open, with the keys of its rows in memory. */
import type { StatePosition } from '../../ports/state-store.ts';
import { EMPTY_STATE } from '../empty-state.ts';
import { Damage } from './damage.ts';
import { appendKey, createKeyIndex, hasKey } from './key-index.ts';
import type { KeyIndex } from './key-index.ts';
import { openLevel, piecesOf, textPiecesOf } from './level.ts';
import type { Level, LevelOptions } from './level.ts';
import { decodePosition, decodePositionKey, positionKey, ROWS_END } from './position-record.ts';
import type { PositionRecord } from './position-record.ts';
import { decodeRow } from './row-record.ts';
import { storageErrorOf } from './storage-error.ts';

export interface StateBody {
  readonly level: Level;
  readonly keys: KeyIndex;
  /** Of the position's record; 0: nothing was ever written. */
  revision: number;
  position: StatePosition;
}

const ROW = { keyEncoding: 'utf8', valueEncoding: 'buffer' } as const;

/** Rows are read again and again, and much alike. */
export const openStateLevel = (path: string, options: LevelOptions): Promise<Level> =>
  openLevel(path, options, true);

/** Opens the database in `path` and checks every record. Throws StorageError. */
export async function openBody(path: string, options: LevelOptions): Promise<StateBody> {
  const level = await openStateLevel(path, options);
  try {
    const keys = await scanRows(level);
    const { revision, position, rows } = await findPosition(level);
    if (rows !== keys.size) {
      throw new Damage(`there must be ${rows} rows, there are ${keys.size}`);
    }
    return { level, keys, revision, position };
  } catch (error) {
    await level.close();
    throw storageErrorOf(error, path);
  }
}

/** The row's value, checked. Throws StorageError. `isWriting`: a row may be gone and still have its key. */
export function readRow(
  { level, keys }: StateBody,
  key: string,
  isWriting: boolean,
): Uint8Array | undefined {
  try {
    const record = level.getSync<string, Buffer>(key, ROW);
    if (record !== undefined) return decodeRow(key, record);
    if (!isWriting && hasKey(keys, key)) throw new Damage('it is missing');
    return undefined;
  } catch (error) {
    throw storageErrorOf(error, describeRow(level, key));
  }
}

export const describeRow = ({ location }: Level, key: string): string =>
  `${location}, row ${JSON.stringify(key)}`;

/** The position as `snapshot` sees it: before or after the write that runs. Throws StorageError. */
export function positionIn(
  { level, revision }: StateBody,
  snapshot: ReturnType<Level['snapshot']>,
): PositionRecord {
  try {
    for (const found of [revision + 1, revision]) {
      const key = positionKey(found);
      const options = { keyEncoding: 'buffer', valueEncoding: 'buffer', snapshot } as const;
      const record = level.getSync<Buffer, Buffer>(key, options);
      if (record !== undefined) return decodePosition(key, record);
    }
    if (revision > 0) throw new Damage('the position is missing');
    return { position: EMPTY_STATE, rows: 0 };
  } catch (error) {
    throw storageErrorOf(error, level.location);
  }
}

async function scanRows(level: Level): Promise<KeyIndex> {
  const keys = createKeyIndex();
  for await (const piece of textPiecesOf(level, { lt: ROWS_END })) {
    for (const [key, record] of piece) {
      try {
        decodeRow(key, record);
        if (!appendKey(keys, key)) throw new Damage('it is out of order');
      } catch (error) {
        throw storageErrorOf(error, describeRow(level, key));
      }
    }
  }
  return keys;
}

async function findPosition(level: Level): Promise<PositionRecord & { readonly revision: number }> {
  let found = { revision: 0, position: EMPTY_STATE, rows: 0 };
  for await (const piece of piecesOf(level, { gte: ROWS_END })) {
    for (const [key, record] of piece) {
      const revision = decodePositionKey(key);
      if (found.revision > 0) {
        throw new Damage('a second position: the batch between them is missing');
      }
      found = { revision, ...decodePosition(key, record) };
    }
  }
  return found;
}
