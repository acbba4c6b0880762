import { entryBytes } from '../../raft/entry.ts';
import type { Entry } from '../../raft/entry.ts';
import { advance } from '../../raft/ids.ts';
import type { Index, Term } from '../../raft/ids.ts';
import { Damage } from './damage.ts';
import { piecesOf } from './level.ts';
import type { Level } from './level.ts';
import { decodeGroup } from './log-group-record.ts';
import { groupKey } from './log-keys.ts';
import { storageErrorOf } from './storage-error.ts';

/** What is asked of LevelDB at once; the last piece is read in part for nothing. */
const PIECE_BYTES_MAX = 256 << 10;

/** Which entries: those behind `after`, through `last` at most, up to `bytesMax` but one at least. */
export interface ReadRange {
  /** The first index of the group that the entry behind `after` is in. */
  readonly group: Index;
  readonly after: Index;
  readonly last: Index;
  readonly bytesMax: number;
}

/** All of them must be there: throws StorageError `corrupt` for what is damaged or missing. */
export async function readEntries(
  level: Level,
  { group, after, last, bytesMax }: ReadRange,
): Promise<readonly Entry[]> {
  const entries: Entry[] = [];
  let next = group;
  let term: Term | undefined;
  let bytes = 0;
  try {
    for await (const piece of piecesOf(level, {
      gte: groupKey(group),
      lte: groupKey(last),
      pieceBytes: Math.min(bytesMax, PIECE_BYTES_MAX),
    })) {
      for (const [key, record] of piece) {
        if (!groupKey(next).equals(key)) throw new Damage('it is missing');
        for (const { entry, previousTerm } of decodeGroup(key, next, record)) {
          if (previousTerm !== (term ?? previousTerm)) {
            throw new Damage('it was written behind another entry than the one before it');
          }
          ({ term } = entry);
          next = advance(next);
          if (entry.index <= after) continue;
          bytes += entryBytes(entry);
          if (entry.index > last || (entries.length > 0 && bytes > bytesMax)) return entries;
          entries.push(entry);
        }
      }
    }
    if (next <= last) throw new Damage('it is missing');
  } catch (error) {
    throw storageErrorOf(error, `${level.location}, entry ${next}`);
  }
  return entries;
}

/** The group that begins at `first`, cut behind `through`, which is in it. Throws StorageError. */
export async function readGroupThrough(
  level: Level,
  first: Index,
  through: Index,
): Promise<Buffer> {
  let next = first;
  try {
    const key = groupKey(first);
    const record = await level.get<Uint8Array, Buffer>(key, { valueEncoding: 'buffer' });
    if (record === undefined) throw new Damage('it is missing');
    for (const { end } of decodeGroup(key, first, record)) {
      if (next === through) return record.subarray(0, end);
      next = advance(next);
    }
    throw new Damage('it is missing');
  } catch (error) {
    throw storageErrorOf(error, `${level.location}, entry ${next}`);
  }
}
