/**
 * Where the groups of a log begin, in memory: from an index to the record that holds it, without
 * asking LevelDB. 8 bytes a group.
 *
 *     leftovers           base                       last
 *   [1 ... 4] [5 6] [7 ... 9 | 10 ... 12] [13] [14 ... 20]
 *
 * The group that the base lies in stays until the base is at its end.
 */
import { advance } from '../../raft/ids.ts';
import type { Index, LogPosition } from '../../raft/ids.ts';

/** Changed by `changeGroups` only. */
export interface GroupIndex {
  /** The groups' first indexes, sorted. The oldest, `swept` of them, are there no more. */
  readonly firsts: Index[];
  swept: number;
}

export interface GroupsChange {
  /** So many groups, the oldest, are deleted. */
  readonly swept: number;
  /** And all that begin here or behind. */
  readonly from: Index | undefined;
  /** These are put at the end. */
  readonly added: readonly Index[];
}

/** @param firsts the groups' first indexes, sorted. */
export const createGroupIndex = (firsts: readonly Index[]): GroupIndex => ({
  firsts: [...firsts],
  swept: 0,
});

/** The newest group that begins at or before `index`, which is in it if it is in the log. */
export function groupOf(groups: GroupIndex, index: Index): Index | undefined {
  const place = countBelow(groups, advance(index)) - 1;
  return place < groups.swept ? undefined : groups.firsts[place];
}

/** The groups that begin at or behind `index`. */
export const groupsFrom = (groups: GroupIndex, index: Index): readonly Index[] =>
  groups.firsts.slice(countBelow(groups, index));

/** The oldest groups, `max` at most, that hold no entry behind `base` of a log through `last`. */
export function leftoversOf(
  groups: GroupIndex,
  { base, last }: { readonly base: LogPosition; readonly last: LogPosition },
  max: number,
): readonly Index[] {
  const { firsts, swept } = groups;
  // The first entry's group is the newest that begins at or before it.
  const end =
    base.index === last.index ? firsts.length : countBelow(groups, advance(base.index, 2)) - 1;
  return firsts.slice(swept, Math.min(end, swept + max));
}

export function changeGroups(groups: GroupIndex, { swept, from, added }: GroupsChange): void {
  const { firsts } = groups;
  groups.swept += swept;
  if (from !== undefined) firsts.length = countBelow(groups, from);
  for (const first of added) firsts.push(first);
  // To move the others takes time: it happens when it halves them at least.
  if (groups.swept * 2 < firsts.length) return;
  firsts.splice(0, groups.swept);
  groups.swept = 0;
}

/** How many of `firsts` are below `index`, those that are swept among them. */
function countBelow({ firsts, swept }: GroupIndex, index: Index): number {
  let low = swept;
  let high = firsts.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((firsts[middle] ?? index) < index) low = middle + 1;
    else high = middle;
  }
  return low;
}
