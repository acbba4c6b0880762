import { entryBytes } from '../../raft/entry.ts';
import type { Entry } from '../../raft/entry.ts';
import { advance } from '../../raft/ids.ts';
import type { Index } from '../../raft/ids.ts';
import { Damage } from './damage.ts';
import { decodeEntry } from './entry-record.ts';
import { piecesOf } from './level.ts';
import type { Level } from './level.ts';
import { entryKey } from './log-keys.ts';
import { storageErrorOf } from './storage-error.ts';

/** What is asked of LevelDB at once; the last piece is read in part for nothing. */
const PIECE_BYTES_MAX = 256 << 10;

/**
 * Entries behind `after`, through `last` at most, up to `bytesMax` but one at least. All of them
 * must be there: throws StorageError `corrupt` for what is damaged or missing.
 */
export async function readEntries(
  level: Level,
  after: Index,
  last: Index,
  bytesMax: number,
): Promise<readonly Entry[]> {
  const entries: Entry[] = [];
  if (after >= last) return entries;
  const range = { gt: entryKey(after), lte: entryKey(last) };
  let next = advance(after);
  let bytes = 0;
  try {
    for await (const piece of piecesOf(level, {
      ...range,
      pieceBytes: Math.min(bytesMax, PIECE_BYTES_MAX),
    })) {
      for (const [key, record] of piece) {
        if (!entryKey(next).equals(key)) throw new Damage('it is missing');
        const { entry, previousTerm } = decodeEntry(key, next, record);
        if (previousTerm !== (entries.at(-1)?.term ?? previousTerm)) {
          throw new Damage('it was written behind another entry than the one before it');
        }
        bytes += entryBytes(entry);
        if (entries.length > 0 && bytes > bytesMax) return entries;
        entries.push(entry);
        next = advance(next);
      }
    }
    if (next <= last) throw new Damage('it is missing');
  } catch (error) {
    throw storageErrorOf(error, `${level.location}, entry ${next}`);
  }
  return entries;
}
