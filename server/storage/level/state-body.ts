/** One database of the state, open, with the keys of its rows in memory. */
import { addRow, createRowsHash, formatRowsHash } from '../../codec/rows-hash.ts';
import type { RowsHash } from '../../codec/rows-hash.ts';
import type { StatePosition } from '../../ports/state-store.ts';
import { EMPTY_STATE } from '../empty-state.ts';
import { leaveClosingRecord, takeClosingRecord } from './closing-record.ts';
import { Damage } from './damage.ts';
import { appendKey, createKeyIndex, hasKey } from './key-index.ts';
import type { KeyIndex } from './key-index.ts';
import { openLevel, piecesOf, textPiecesOf } from './level.ts';
import type { Level, LevelOptions } from './level.ts';
import { decodePosition, decodePositionKey, positionKey, ROWS_END } from './position-record.ts';
import type { PositionRecord } from './position-record.ts';
import { checksumOfRecord, decodeRow } from './row-record.ts';
import { decodeRows, encodeRows } from './rows-record.ts';
import { storageErrorOf } from './storage-error.ts';

export interface StateBody {
  readonly level: Level;
  readonly keys: KeyIndex;
  /** Of the position's record; 0: nothing was ever written. */
  revision: number;
  position: StatePosition;
  /** Of all rows at `position`. */
  hash: RowsHash;
}

const ROW = { keyEncoding: 'utf8', valueEncoding: 'buffer' } as const;

/** Rows are read again and again, and much alike. */
export const openStateLevel = (
  path: string,
  options: LevelOptions,
  known = false,
): Promise<Level> => openLevel(path, options, true, known);

/**
 * Opens the database in `path`, and checks every record unless it was closed in good order and left
 * alone since. Throws StorageError.
 */
export async function openBody(path: string, options: LevelOptions): Promise<StateBody> {
  const closing = await takeClosingRecord(path);
  const recorded = closing && decodeRows(closing);
  const level = await openStateLevel(path, options, recorded !== undefined);
  try {
    const { revision, ...record } = await findPosition(level);
    const { keys, hash } = recorded?.revision === revision ? recorded : await scanRows(level);
    checkAgainst(record, keys.size, hash);
    return { level, keys, revision, position: record.position, hash };
  } catch (error) {
    await level.close();
    throw storageErrorOf(error, path);
  }
}

/** Closes it, and leaves beside its files what the next open wants to know. */
export async function closeInGoodOrder({ level, keys, revision }: StateBody): Promise<void> {
  await level.close();
  await leaveClosingRecord(level.location, encodeRows(revision, keys));
}

/** Throws `Damage` unless as many rows, with this hash, belong to the position. */
export function checkAgainst({ rows, hash }: PositionRecord, found: number, is: RowsHash): void {
  if (rows !== found) throw new Damage(`there must be ${rows} rows, there are ${found}`);
  const text = formatRowsHash(is);
  if (hash !== undefined && hash !== text) {
    throw new Damage(`the hash of all rows must be ${hash}, it is ${text}`);
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

const describeRow = ({ location }: Level, key: string): string =>
  `${location}, row ${JSON.stringify(key)}`;

const NOTHING_WRITTEN: PositionRecord = {
  position: EMPTY_STATE,
  rows: 0,
  hash: formatRowsHash(createRowsHash()),
};

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
    return NOTHING_WRITTEN;
  } catch (error) {
    throw storageErrorOf(error, level.location);
  }
}

/** The checksum of a row that was read. Throws StorageError unless it is what was written under this key. */
export function checkRow(level: Level, key: string, record: Buffer): number {
  try {
    decodeRow(key, record);
  } catch (error) {
    throw storageErrorOf(error, describeRow(level, key));
  }
  return checksumOfRecord(record);
}

async function scanRows(level: Level): Promise<Pick<StateBody, 'hash' | 'keys'>> {
  const keys = createKeyIndex();
  const hash = createRowsHash();
  for await (const piece of textPiecesOf(level, { lt: ROWS_END })) {
    for (const [key, record] of piece) {
      const checksum = checkRow(level, key, record);
      addRow(hash, checksum);
      if (!appendKey(keys, key, checksum)) {
        throw storageErrorOf(new Damage('it is out of order'), describeRow(level, key));
      }
    }
  }
  return { keys, hash };
}

async function findPosition(level: Level): Promise<PositionRecord & { readonly revision: number }> {
  let found = { revision: 0, ...NOTHING_WRITTEN };
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
