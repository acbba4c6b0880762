/**
 * The log as the core sees it: the term of every entry, and the entries themselves at its end.
 *
 *   base        applied            stable    last
 *    │ terms only  │  entries in memory │        │
 *    └─────────────┴────────────────────┴────────┘
 *
 * Entries behind `applied` are always in memory; before it, as many as the cache may hold.
 */
import { entryBytes, type Entry } from '../entry.ts';
import { advance, toIndex, toTerm, type Index, type LogPosition, type Term } from '../ids.ts';
import { invariant } from '../invariant.ts';
import * as termRuns from './term-runs.ts';

/** See the head of this file. */
export interface Log {
  readonly runs: termRuns.TermRuns;
  /** Consecutive entries up to the last; live from `head` on. */
  readonly tail: Entry[];
  head: number;
  tailBytes: number;
  /** Everything up to here is on this member's disk. */
  stable: Index;
}

/** In the slots before `head`. */
const GONE: Entry = { index: toIndex(0), term: toTerm(0), kind: 'noop', data: new Uint8Array(0) };

/** Fewer are not worth moving the rest for. */
const SLOTS_GONE_MIN = 1024;

/** A log as found on disk; `entries` are its end. */
export function createLog(runs: termRuns.TermRuns, entries: readonly Entry[]): Log {
  const log: Log = { runs, tail: [...entries], head: 0, tailBytes: 0, stable: runs.last };
  for (const entry of entries) {
    log.tailBytes += entryBytes(entry);
    invariant(
      termRuns.termAt(runs, entry.index) === entry.term,
      'entries agree with the terms of the log',
      {
        index: entry.index,
        term: entry.term,
      },
    );
  }
  const final = entries.at(-1);
  invariant(
    final === undefined || final.index === runs.last,
    'the entries in memory end where the log ends',
    {
      entry: final?.index,
      last: runs.last,
    },
  );
  return log;
}

/** The position before the first entry: the log knows nothing below it. */
export const baseOf = (log: Log): LogPosition => log.runs.base;

/** Where the log ends; the index of the base when it is empty. */
export const lastIndexOf = (log: Log): Index => log.runs.last;

/** Where the log ends. */
export function lastOf(log: Log): LogPosition {
  const index = log.runs.last;
  const term = termRuns.termAt(log.runs, index);
  invariant(term !== undefined, 'the last entry has a term', { index });
  return { index, term };
}

/** The term of the entry at `index`; undefined when compacted away or not there yet. */
export const termAt = (log: Log, index: Index): Term | undefined =>
  termRuns.termAt(log.runs, index);

/** Whether the log has this very entry. */
export const contains = (log: Log, position: LogPosition): boolean =>
  termAt(log, position.index) === position.term;

/** The last position at or before `index` whose term is at most `term`, where two logs may still agree; undefined below the base. */
export const highestAtOrBelow = (log: Log, index: Index, term: Term): LogPosition | undefined =>
  termRuns.highestAtOrBelow(log.runs, index, term);

/** Appends the next entry; it is not yet stable. */
export function append(log: Log, entry: Entry): void {
  termRuns.append(log.runs, entry.index, entry.term);
  log.tail.push(entry);
  log.tailBytes += entryBytes(entry);
}

/** Forgets `from` and everything behind it. */
export function truncateFrom(log: Log, from: Index): void {
  const first = firstInMemory(log);
  invariant(from >= first, 'only entries in memory are ever truncated', { from, first });
  const kept = log.head + (from - first);
  for (let at = kept; at < log.tail.length; at++) log.tailBytes -= bytesAt(log, at);
  log.tail.length = kept;
  termRuns.truncateFrom(log.runs, from);
  if (log.stable >= from) log.stable = advance(from, -1);
}

/** Index of the oldest entry in memory; one past the end when there is none. */
export const firstInMemory = (log: Log): Index =>
  advance(log.runs.last, log.head - log.tail.length + 1);

/** The entries of (after, through], which must be in memory. */
export function entriesBetween(log: Log, after: Index, through: Index): readonly Entry[] {
  const first = firstInMemory(log);
  invariant(after + 1 >= first && through <= log.runs.last, 'the entries asked for are in memory', {
    after,
    through,
    first,
    last: log.runs.last,
  });
  return log.tail.slice(log.head + after + 1 - first, log.head + through + 1 - first);
}

/** What the entries of (after, through], which must be in memory, count for in every byte limit. */
export function bytesBetween(log: Log, after: Index, through: Index): number {
  const offset = log.tail.length - log.runs.last - 1;
  let bytes = 0;
  for (let index = after + 1; index <= through; index++) bytes += bytesAt(log, index + offset);
  return bytes;
}

/** Entries behind `after`, one at least if there is one, else as many as fit; undefined when not in memory. */
export function entriesAfter(
  log: Log,
  after: Index,
  bytesMax: number,
): readonly Entry[] | undefined {
  const first = firstInMemory(log);
  if (after + 1 < first && after < log.runs.last) return undefined;
  const start = log.head + after + 1 - first;
  let end = start;
  let bytes = 0;
  while (end < log.tail.length) {
    bytes += bytesAt(log, end);
    if (bytes > bytesMax && end > start) break;
    end++;
  }
  return log.tail.slice(start, end);
}

/** Lets entries up to `through` leave memory, oldest first, as far as the cache is over `bytesMax`. */
export function trim(log: Log, through: Index, bytesMax: number): void {
  const end = log.head + (through + 1 - firstInMemory(log));
  let head = log.head;
  for (; log.tailBytes > bytesMax && head < end; head++) log.tailBytes -= bytesAt(log, head);
  if (head >= SLOTS_GONE_MIN && head * 2 > log.tail.length) {
    log.tail.splice(0, head);
    log.head = 0;
  } else {
    // The slots stay for a while; what was in them may be megabytes.
    if (head > log.head) log.tail.fill(GONE, log.head, head);
    log.head = head;
  }
}

/** The log now begins behind `through`, which it contains. */
export function compactTo(log: Log, through: LogPosition): void {
  invariant(contains(log, through), 'the log is compacted at an entry it has', { ...through });
  trim(log, through.index, -1);
  termRuns.compactTo(log.runs, through);
}

/** The log is empty and begins behind `base`. */
export function reset(log: Log, base: LogPosition): void {
  log.tail.length = 0;
  log.head = 0;
  log.tailBytes = 0;
  termRuns.reset(log.runs, base);
  log.stable = base.index;
}

function bytesAt(log: Log, at: number): number {
  const entry = log.tail[at];
  invariant(entry !== undefined, 'the tail has no holes', { at, length: log.tail.length });
  return entryBytes(entry);
}
