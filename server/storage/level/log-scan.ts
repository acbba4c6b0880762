/** Reads a whole log database, and believes nothing, or no more than that it is as it was closed. */
import type { LogMark } from '../../ports/log-store.ts';
import { entryBytes } from '../../raft/entry.ts';
import { advance, ORIGIN } from '../../raft/ids.ts';
import type { Index } from '../../raft/ids.ts';
import { append, createTermRuns } from '../../raft/log/term-runs.ts';
import type { TermRuns } from '../../raft/log/term-runs.ts';
import { Damage } from './damage.ts';
import { piecesOf } from './level.ts';
import type { Level } from './level.ts';
import { decodeGroup } from './log-group-record.ts';
import type { EntryRecord } from './log-group-record.ts';
import { decodeLogHeader } from './log-header.ts';
import type { LogHeader } from './log-header.ts';
import { decodeLogKey } from './log-keys.ts';
import { storageErrorOf } from './storage-error.ts';

export interface ScannedLog {
  readonly trusted: boolean;
  /** Of the header; 0: the log was never written to. */
  revision: number;
  header: LogHeader;
  readonly terms: TermRuns;
  /** Of all entries, in `entryBytes`. */
  bytes: number;
  readonly marks: LogMark[];
  /**
   * Where the groups begin, oldest first. A compaction or a reset that did not come to its end left
   * some that belong to the log no more.
   */
  readonly groups: Index[];
}

/** Apart from each other, about. */
const MARK_BYTES = 64 << 10;

const EMPTY: LogHeader = {
  base: ORIGIN,
  last: ORIGIN,
  resetThrough: ORIGIN.index,
  hardState: undefined,
  identity: undefined,
};

/**
 * Throws StorageError `corrupt`, which names the first record that is not as it must be.
 *
 * @param trusted the files are those of a log that was closed in good order: order and terms are
 *   looked at, checksums when an entry is read.
 */
export async function scanLog(level: Level, trusted: boolean): Promise<ScannedLog> {
  let scan = begin(0, EMPTY, trusted);
  for await (const piece of piecesOf(level)) {
    // The header comes first: its keys sort before those of groups.
    for (const [key, record] of piece) scan = take(scan, key, record, level.location);
  }
  try {
    checkEnd(scan);
  } catch (error) {
    throw storageErrorOf(error, level.location);
  }
  return scan;
}

const begin = (revision: number, header: LogHeader, trusted: boolean): ScannedLog => ({
  trusted,
  revision,
  header,
  terms: createTermRuns(header.base, [], header.base.index),
  bytes: 0,
  marks: [],
  groups: [],
});

function take(scan: ScannedLog, bytes: Buffer, record: Buffer, location: string): ScannedLog {
  let place = 'a record';
  try {
    const key = decodeLogKey(bytes);
    if (key.kind === 'group') {
      takeGroup(scan, key.first, bytes, record, location);
      return scan;
    }
    place = `header ${key.revision}`;
    if (scan.revision > 0) throw new Damage('a second header: the batch between them is missing');
    return begin(key.revision, decodeLogHeader(bytes, record), scan.trusted);
  } catch (error) {
    throw storageErrorOf(error, `${location}, ${place}`);
  }
}

function takeGroup(
  scan: ScannedLog,
  first: Index,
  key: Buffer,
  record: Buffer,
  location: string,
): void {
  let next = first;
  try {
    if (scan.revision === 0) throw new Damage('entries, but no header');
    for (const found of decodeGroup(key, first, record, scan.trusted)) {
      takeEntry(scan, found);
      next = advance(next);
    }
    scan.groups.push(first);
    mark(scan);
  } catch (error) {
    throw storageErrorOf(error, `${location}, entry ${next}`);
  }
}

function mark({ terms, bytes, marks }: ScannedLog): void {
  if (bytes - (marks.at(-1)?.bytes ?? 0) < MARK_BYTES) return;
  marks.push({ through: terms.last, bytes });
}

function takeEntry(scan: ScannedLog, { entry, previousTerm }: EntryRecord): void {
  const { header, terms } = scan;
  const { index, term } = entry;
  if (index <= header.base.index) return;
  if (index > header.last.index) {
    if (index <= header.resetThrough) return;
    throw new Damage(`an entry behind the end of the log, ${header.last.index}`);
  }
  if (index !== terms.last + 1) throw new Damage(`it follows entry ${terms.last}: a gap`);
  const before = (terms.runs.at(-1) ?? terms.base).term;
  if (previousTerm !== before || term < before) {
    throw new Damage(
      `it is of term ${term}, written behind one of term ${previousTerm}, and follows one of term ${before}`,
    );
  }
  append(terms, index, term);
  scan.bytes += entryBytes(entry);
}

function checkEnd({ header: { last }, terms }: ScannedLog): void {
  const { term } = terms.runs.at(-1) ?? terms.base;
  if (terms.last === last.index && term === last.term) return;
  throw new Damage(
    `the log must end with entry ${last.index} of term ${last.term}, it ends with ${terms.last} of term ${term}`,
  );
}
