/**
 * The terms of a log, as runs: one leader's entries stand together, so few numbers tell the term of
 * every entry after the base, without the entries.
 *
 *   base   first      first            last
 *    |  [1  term 3 ] [5  term 7  ...   9 ]
 */
import { advance } from '../ids.ts';
import type { Index, LogPosition, Term } from '../ids.ts';
import { invariant } from '../invariant.ts';

/** Where one leader's entries begin: the log from `first` on, until the next run, has `term`. */
export interface TermRun {
  readonly first: Index;
  readonly term: Term;
}

/** The terms of a log. Changed by the functions of this module only. */
export interface TermRuns {
  /** The position before the first run: its term is known, its entry may be compacted away. */
  base: LogPosition;
  /** Sorted by first and by term; the first one begins right after the base. Empty: so is the log. */
  readonly runs: TermRun[];
  /** Where the log ends; `base.index` when it is empty. */
  last: Index;
}

/** The same to look at only, for whoever has read the terms of a log from somewhere. */
type Outline = Readonly<Pick<TermRuns, 'base' | 'last'>> & { readonly runs: readonly TermRun[] };

/** The terms of a log as read from disk: `runs` after `base`, the newest through `last`. */
export function createTermRuns(base: LogPosition, runs: readonly TermRun[], last: Index): TermRuns {
  const values = { base, runs, last };
  invariant(last >= base.index, 'a log ends at or after its base', values);
  invariant(
    runs[0]?.first === (last === base.index ? undefined : base.index + 1),
    'the first run begins right after the base, and only an empty log has none',
    values,
  );
  let term: Term | undefined;
  let first = base.index;
  for (const run of runs) {
    invariant(run.first > first && run.first <= last, 'every run has an entry', values);
    invariant(
      term === undefined ? run.term >= base.term : run.term > term,
      'terms rise from run to run',
      values,
    );
    ({ first, term } = run);
  }
  return { base, runs: [...runs], last };
}

/** The term of the entry at `index`, or of the base; undefined below the base and behind the end. Of any outline of a log. */
export function termAt(runs: Outline, index: Index): Term | undefined {
  if (index > runs.last || index < runs.base.index) return undefined;
  if (index === runs.base.index) return runs.base.term;
  const newest = runs.runs.at(-1);
  // The end of the log is asked for most.
  if (newest !== undefined && index >= newest.first) return newest.term;
  return runs.runs[countRunsThrough(runs, index) - 1]?.term;
}

/** Adds the entry behind the end, at `index`. Its term is not below the last one. */
export function append(runs: TermRuns, index: Index, term: Term): void {
  invariant(index === runs.last + 1, 'a log has no gaps', { index, last: runs.last });
  const newest = runs.runs.at(-1);
  if (newest?.term !== term) {
    invariant(term >= (newest ?? runs.base).term, 'terms never fall', { index, term, newest });
    runs.runs.push({ first: index, term });
  }
  runs.last = index;
}

/** Drops the entries at and behind `index`, which is behind the base. */
export function truncateFrom(runs: TermRuns, index: Index): void {
  const { base, last } = runs;
  invariant(index > base.index, 'a log is not cut below its base', { index, base });
  if (index > last) return;
  runs.runs.length = countRuns(runs, (run) => run.first < index);
  runs.last = advance(index, -1);
}

/** Makes `position`, which is in the log, the new base: the entries at and before it are gone. */
export function compactTo(runs: TermRuns, position: LogPosition): void {
  const term = termAt(runs, position.index);
  invariant(term === position.term, 'a log is compacted to a position it has', { position, term });
  const start = advance(position.index);
  const kept = runs.runs.slice(countRunsThrough(runs, start));
  const cut = termAt(runs, start);
  if (cut !== undefined) kept.unshift({ first: start, term: cut });
  runs.runs.splice(0, runs.runs.length, ...kept);
  runs.base = position;
}

/** Forgets every entry: the log is empty and begins behind `base`. */
export function reset(runs: TermRuns, base: LogPosition): void {
  runs.runs.length = 0;
  runs.base = base;
  runs.last = base.index;
}

/**
 * The highest position, the base included, that is at or before `index` and whose term is at most
 * `term`; undefined when that lies below the base.
 *
 * Two logs that differ at `index`, where the other one has `term`, cannot match above it: terms
 * never fall along a log. So a rejection skips whole terms instead of going back entry by entry
 * (paper §5.3, last paragraphs; both ends do it, as `findConflictByTerm` of etcd-io/raft does).
 */
export function highestAtOrBelow(
  runs: TermRuns,
  index: Index,
  term: Term,
): LogPosition | undefined {
  const count = countRuns(runs, (run) => run.first <= index && run.term <= term);
  const run = runs.runs[count - 1];
  if (run === undefined) {
    return runs.base.index <= index && runs.base.term <= term ? runs.base : undefined;
  }
  const next = runs.runs[count];
  const end = next === undefined ? runs.last : advance(next.first, -1);
  return { index: end < index ? end : index, term: run.term };
}

/** How many runs begin at or before `index`. */
const countRunsThrough = (runs: Outline, index: Index): number =>
  countRuns(runs, (run) => run.first <= index);

/** How many runs, oldest first, fulfil a condition that none fulfils behind one that does not. */
function countRuns({ runs }: Outline, condition: (run: TermRun) => boolean): number {
  let low = 0;
  let high = runs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const run = runs[middle];
    if (run !== undefined && condition(run)) low = middle + 1;
    else high = middle;
  }
  return low;
}
