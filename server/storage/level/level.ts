/** LevelDB, as both stores use it: bytes for bytes, and every write synced. */
import { ClassicLevel } from 'classic-level';
import type { Snapshot } from 'classic-level';
import { lockedError, lockHolder } from './lock-holder.ts';
import { verifyLevelFiles } from './level-files.ts';
import { syncDirectory } from './state-directories.ts';
import { openErrorOf, storageErrorOf } from './storage-error.ts';

export type Level = ClassicLevel<Uint8Array, Uint8Array>;

/** What a database may use. */
export interface LevelOptions {
  /** Uncompressed blocks kept in memory. */
  readonly cacheBytes: number;
  /** Written rows kept in memory until they go to a table. Up to two of these are held, and read again at open. */
  readonly writeBufferBytes: number;
}

export type Operation =
  | { readonly type: 'put'; readonly key: Uint8Array; readonly value: Uint8Array }
  | { readonly type: 'del'; readonly key: Uint8Array };

/** Keys that come as strings, while bounds are bytes: LevelDB takes both as they are. */
const TEXT = {
  name: 'text',
  format: 'utf8',
  encode: (bound: unknown) => bound,
  decode: (key: unknown) => key,
} as const;

/** How much an iterator hands over at a time: enough to make the change of threads cheap, little enough to keep the event loop going. */
const PIECE_ROWS_MAX = 1_000;
const PIECE_BYTES = 64 << 10;

/**
 * Checks and opens the database in the directory `path`, or makes it if nothing of one is there. Throws
 * StorageError.
 *
 * @param compression snappy; worth its time for what is read again and again.
 * @param known the files are those of a database that was closed in good order: they are not read.
 */
export async function openLevel(
  path: string,
  { cacheBytes, writeBufferBytes }: LevelOptions,
  compression: boolean,
  known = false,
): Promise<Level> {
  // First: files that somebody else is writing would look damaged.
  const holder = lockHolder(path);
  if (holder !== undefined) throw lockedError(path, holder);
  const createIfMissing = !known && !(await verifyLevelFiles(path));
  const level: Level = new ClassicLevel<Uint8Array, Uint8Array>(path, {
    keyEncoding: 'view',
    valueEncoding: 'view',
    compression,
    cacheSize: cacheBytes,
    writeBufferSize: writeBufferBytes,
    createIfMissing,
  });
  try {
    await level.open();
    // LevelDB renames CURRENT to its new manifest and leaves that to the file system: after a power
    // loss the old one, which may never have been written, would be in force again.
    await syncDirectory(path);
  } catch (error) {
    // What opened must not keep its lock; what did not has none.
    await level.close().catch(() => undefined);
    throw openErrorOf(error, path);
  }
  return level;
}

/** One synced batch: on disk whole, or not at all, when it returns. Throws StorageError. */
export async function writeSynced(level: Level, operations: readonly Operation[]): Promise<void> {
  try {
    const batch = level.batch();
    // One by one they cross over to LevelDB for a third of what it takes to cross with all as objects.
    for (const operation of operations) {
      if (operation.type === 'put') batch.put(operation.key, operation.value);
      else batch.del(operation.key);
    }
    await batch.write({ sync: true });
  } catch (error) {
    throw storageErrorOf(error, level.location);
  }
}

/** Rewrites the tables of the range without what was deleted in them. Throws StorageError. */
export async function compactRange(level: Level, start: Buffer, end: Buffer): Promise<void> {
  try {
    await level.compactRange(start, end, { keyEncoding: 'buffer' });
  } catch (error) {
    throw storageErrorOf(error, level.location);
  }
}

export interface Range {
  readonly gt?: Uint8Array;
  readonly gte?: Uint8Array;
  readonly lt?: Uint8Array;
  readonly lte?: Uint8Array;
  readonly snapshot?: Snapshot;
  /** About how much to hand over at a time. */
  readonly pieceBytes?: number;
}

/** The rows of a range in order, piece by piece, as they were when it began. Throws StorageError. */
export const piecesOf = (
  level: Level,
  range: Range = {},
): AsyncGenerator<readonly (readonly [key: Buffer, value: Buffer])[]> =>
  iterate(level, range, 'buffer');

/** As `piecesOf`, where keys are UTF-8: it comes a good deal cheaper to have them as strings at once. */
export const textPiecesOf = (
  level: Level,
  range: Range = {},
): AsyncGenerator<readonly (readonly [key: string, value: Buffer])[]> =>
  iterate(level, range, TEXT);

async function* iterate<Key>(
  level: Level,
  { pieceBytes = PIECE_BYTES, ...bounds }: Range,
  keyEncoding: 'buffer' | typeof TEXT,
): AsyncGenerator<[Key, Buffer][]> {
  try {
    const iterator = level.iterator<Uint8Array, Buffer>({
      ...bounds,
      // The types know no encoding whose keys go in as one thing and come out as another.
      keyEncoding: keyEncoding as 'buffer',
      valueEncoding: 'buffer',
      highWaterMarkBytes: pieceBytes,
    });
    try {
      for (;;) {
        const piece = await iterator.nextv(PIECE_ROWS_MAX);
        if (piece.length === 0) return;
        yield piece as unknown as [Key, Buffer][];
      }
    } finally {
      await iterator.close();
    }
  } catch (error) {
    throw storageErrorOf(error, level.location);
  }
}
