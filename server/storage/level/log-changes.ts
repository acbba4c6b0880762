/** What each change of a log writes: pure, from how the log stands to one batch and how it stands then. */
import type { LogBatch } from '../../ports/log-store.ts';
import type { Entry } from '../../raft/entry.ts';
import { advance, ORIGIN } from '../../raft/ids.ts';
import type { Index, LogPosition, Term } from '../../raft/ids.ts';
import { invariant } from '../../raft/invariant.ts';
import { termAt } from '../../raft/log/term-runs.ts';
import type { TermRuns } from '../../raft/log/term-runs.ts';
import type { Operation } from './level.ts';
import { groupOf, groupsFrom, leftoversOf } from './log-group-index.ts';
import type { GroupIndex, GroupsChange } from './log-group-index.ts';
import { encodeGroup, groupsOf } from './log-group-record.ts';
import { encodeLogHeader } from './log-header.ts';
import type { LogHeader } from './log-header.ts';
import { groupKey, headerKey } from './log-keys.ts';

/** How a log database stands. */
export interface LogStanding {
  readonly revision: number;
  readonly header: LogHeader;
}

/** What changes look at. */
export interface LogOutline {
  readonly standing: LogStanding;
  readonly terms: TermRuns;
  readonly groups: GroupIndex;
}

export interface LogChange {
  readonly operations: Operation[];
  readonly standing: LogStanding;
  readonly groups: GroupsChange;
}

/** A group that loses its end, as it is then. */
export interface CutGroup {
  readonly first: Index;
  readonly record: Buffer;
}

/**
 * How many leftovers a batch deletes: so many, and so many more for each group it puts. A
 * compaction takes half of the log at once; deleted at once, groups of single entries would hold up
 * every append for most of a second. Two for each group is faster than they can come.
 */
const SWEEP_MIN = 16;
const SWEEP_PER_GROUP = 2;

const NO_GROUPS: GroupsChange = { swept: 0, from: undefined, added: [] };

/** The group that an append from `first` on cuts in two: what it has from there on is replaced. */
export function groupCutBy({ standing, groups }: LogOutline, first: Index): Index | undefined {
  if (first > standing.header.last.index) return undefined;
  const group = groupOf(groups, first);
  return group === first ? undefined : group;
}

/**
 * Puts the entries of `batch`, deletes those that they replace, and some leftovers.
 *
 * @param cut the group of `groupCutBy`, if there is one, without what is replaced.
 */
export function appendChange(
  { standing, terms, groups }: LogOutline,
  { identity, hardState, entries }: LogBatch,
  cut: CutGroup | undefined,
): LogChange {
  const { header } = standing;
  const [first] = entries;
  let previous = first === undefined ? header.last : positionBefore(terms, first.index);
  const puts: Operation[] = [];
  const added: Index[] = [];
  if (cut !== undefined) puts.push({ type: 'put', key: groupKey(cut.first), value: cut.record });
  for (const group of groupsOf(entries)) {
    const begin = advance(previous.index);
    const key = groupKey(begin);
    puts.push({ type: 'put', key, value: encodeGroup(key, group, previous.term) });
    added.push(begin);
    previous = endOf(group, previous);
  }
  const leftovers = leftoversOf(groups, header, SWEEP_MIN + SWEEP_PER_GROUP * added.length);
  const replaced = first === undefined ? [] : groupsFrom(groups, first.index);
  return changeOf(
    standing,
    // Deletions first: a group may be put again where one was that is replaced.
    [...leftovers.map(deletion), ...replaced.map(deletion), ...puts],
    {
      ...header,
      last: previous,
      hardState: hardState ?? header.hardState,
      identity: identity ?? header.identity,
    },
    { swept: leftovers.length, from: first?.index, added },
  );
}

/** Moves the base. Groups that are wholly before it are left over, and go with later batches. */
export const compactChange = (standing: LogStanding, base: LogPosition): LogChange =>
  changeOf(standing, [], { ...standing.header, base });

/** Empties the log. Until a later change ends it, the header tells which entries of before do not count. */
export function resetChange(standing: LogStanding, base: LogPosition): LogChange {
  const { header } = standing;
  return changeOf(standing, [], { ...header, base, last: base, resetThrough: header.last.index });
}

/** Deletes leftovers, the oldest `max`; undefined when there are none. */
export function sweepChange({ standing, groups }: LogOutline, max: number): LogChange | undefined {
  const leftovers = leftoversOf(groups, standing.header, max);
  if (leftovers.length === 0) return undefined;
  const swept = { ...NO_GROUPS, swept: leftovers.length };
  return changeOf(standing, leftovers.map(deletion), standing.header, swept);
}

/** All groups of before are deleted. */
export const endResetChange = (standing: LogStanding): LogChange =>
  changeOf(standing, [], { ...standing.header, resetThrough: ORIGIN.index });

const deletion = (first: Index): Operation => ({ type: 'del', key: groupKey(first) });

function changeOf(
  standing: LogStanding,
  operations: Operation[],
  header: LogHeader,
  groups: GroupsChange = NO_GROUPS,
): LogChange {
  const revision = standing.revision + 1;
  const key = headerKey(revision);
  operations.push({ type: 'put', key, value: encodeLogHeader(key, header) });
  if (standing.revision > 0) operations.push({ type: 'del', key: headerKey(standing.revision) });
  return { operations, standing: { revision, header }, groups };
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

/** Where consecutive entries end that follow `previous`. */
function endOf(entries: readonly Entry[], previous: LogPosition): LogPosition {
  let end = previous;
  for (const { index, term } of entries) {
    invariant(index === end.index + 1, 'entries of a batch are consecutive', { end, index });
    end = { index, term };
  }
  return end;
}
