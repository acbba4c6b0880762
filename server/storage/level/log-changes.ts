/** What each change of a log writes: pure, from how the log stands to one batch and how it stands then. */
import type { LogBatch } from '../../ports/log-store.ts';
import { advance, ORIGIN } from '../../raft/ids.ts';
import type { Index, LogPosition, Term } from '../../raft/ids.ts';
import { invariant } from '../../raft/invariant.ts';
import { termAt } from '../../raft/log/term-runs.ts';
import type { TermRuns } from '../../raft/log/term-runs.ts';
import { encodeEntry } from './entry-record.ts';
import type { Operation } from './level.ts';
import { encodeLogHeader } from './log-header.ts';
import type { LogHeader } from './log-header.ts';
import { entryKey, headerKey } from './log-keys.ts';

/** How a log database stands. */
export interface LogStanding {
  readonly revision: number;
  readonly header: LogHeader;
  /** The oldest record there is, and through where they are compacted away: none, when that is before. */
  readonly leftovers: { readonly next: Index; readonly through: Index };
}

export interface LogChange {
  readonly operations: Operation[];
  readonly standing: LogStanding;
}

/**
 * How many leftovers a batch deletes: so many, and so many more for each of its entries. A
 * compaction takes half of the log at once; deleted at once, that would hold up every append for
 * most of a second. Two for each entry is faster than they can come.
 */
const SWEEP_MIN = 16;
const SWEEP_PER_ENTRY = 2;

/** Puts the entries of `batch`, deletes those behind that they replace, and some leftovers. */
export function appendChange(
  standing: LogStanding,
  terms: TermRuns,
  { identity, hardState, entries }: LogBatch,
): LogChange {
  const { header, leftovers } = standing;
  const operations: Operation[] = [];
  const first = entries[0];
  const end = entries.at(-1);
  let previous = first === undefined ? header.last : positionBefore(terms, first.index);
  for (const entry of entries) {
    const { index, term } = entry;
    invariant(index === previous.index + 1, 'entries of a batch are consecutive', {
      previous,
      index,
    });
    const key = entryKey(index);
    operations.push({ type: 'put', key, value: encodeEntry(key, entry, previous.term) });
    previous = { index, term };
  }
  if (end !== undefined) deleteEntries(operations, advance(end.index), header.last.index);
  const next = sweep(operations, leftovers, SWEEP_MIN + SWEEP_PER_ENTRY * entries.length);
  return withHeader(
    operations,
    { ...standing, leftovers: { ...leftovers, next } },
    {
      ...header,
      last: previous,
      hardState: hardState ?? header.hardState,
      identity: identity ?? header.identity,
    },
  );
}

/** Moves the base. What is before it is left over, and goes with later batches. */
export function compactChange(standing: LogStanding, base: LogPosition): LogChange {
  const { header, leftovers } = standing;
  const through = { next: leftovers.next, through: base.index };
  return withHeader([], { ...standing, leftovers: through }, { ...header, base });
}

/** Empties the log. Until a later change ends it, the header tells which records of before do not count. */
export function resetChange(standing: LogStanding, base: LogPosition): LogChange {
  const { header } = standing;
  const leftovers = { next: advance(base.index), through: base.index };
  return withHeader(
    [],
    { ...standing, leftovers },
    {
      ...header,
      base,
      last: base,
      resetThrough: header.last.index,
    },
  );
}

/** Deletes records that do not count any more. */
export function deleteChange(standing: LogStanding, records: readonly Index[]): LogChange {
  const operations = records.map((index): Operation => ({ type: 'del', key: entryKey(index) }));
  return withHeader(operations, standing, standing.header);
}

/** All records of before are deleted. */
export const endResetChange = (standing: LogStanding): LogChange =>
  withHeader([], standing, { ...standing.header, resetThrough: ORIGIN.index });

function withHeader(operations: Operation[], standing: LogStanding, header: LogHeader): LogChange {
  const revision = standing.revision + 1;
  const key = headerKey(revision);
  operations.push({ type: 'put', key, value: encodeLogHeader(key, header) });
  if (standing.revision > 0) operations.push({ type: 'del', key: headerKey(standing.revision) });
  return { operations, standing: { ...standing, revision, header } };
}

function positionBefore(terms: TermRuns, index: Index): LogPosition {
  const before = advance(index, -1);
  const term: Term | undefined = termAt(terms, before);
  invariant(term !== undefined, 'a batch continues the log', {
    base: terms.base.index,
    last: terms.last,
    first: index,
  });
  return { index: before, term };
}

/** Deletes up to `count` leftovers; returns which is next. */
function sweep(
  operations: Operation[],
  { next, through }: LogStanding['leftovers'],
  count: number,
): Index {
  const last = Math.min(through, next + count - 1);
  deleteEntries(operations, next, last);
  return last < next ? next : advance(next, last - next + 1);
}

function deleteEntries(operations: Operation[], first: Index, last: number): void {
  for (let index = first; index <= last; index = advance(index)) {
    operations.push({ type: 'del', key: entryKey(index) });
  }
}
