import { compareKeys } from '../ports/key-order.ts';

/** Keys in order, while more and more come: those that begin alike are found without a look at all. */
export interface SortedKeys {
  /** A key that is not there yet. */
  add(key: string): void;
  /** Those with a prefix, after a key when given, in order; take them before any other is added. */
  range(prefix: string, after: string | undefined): Iterable<string>;
}

/** So many stay by themselves before they are put between all others. */
const RECENT_MAX = 1_024;

export function createSortedKeys(): SortedKeys {
  let settled: readonly string[] = [];
  let recent: readonly string[] = [];
  let added: string[] = [];

  function settle(): void {
    if (added.length === 0) return;
    recent = merge(recent, added.sort(compareKeys));
    added = [];
    if (recent.length <= RECENT_MAX) return;
    settled = merge(settled, recent);
    recent = [];
  }

  return {
    add: (key) => void added.push(key),
    range: function* (prefix, after) {
      settle();
      const from = after === undefined || compareKeys(after, prefix) < 0 ? undefined : after;
      let one = placeOf(settled, prefix, from);
      let other = placeOf(recent, prefix, from);
      for (;;) {
        const [a, b] = [settled[one], recent[other]];
        const takesA = b === undefined || (a !== undefined && compareKeys(a, b) < 0);
        const key = takesA ? a : b;
        if (key?.startsWith(prefix) !== true) return;
        yield key;
        if (takesA) one += 1;
        else other += 1;
      }
    },
  };
}

/** Where the first key is that is not before the prefix, and after `after`. */
function placeOf(keys: readonly string[], prefix: string, after: string | undefined): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const key = keys[middle] ?? '';
    const isBefore =
      after === undefined ? compareKeys(key, prefix) < 0 : compareKeys(key, after) <= 0;
    if (isBefore) low = middle + 1;
    else high = middle;
  }
  return low;
}

function merge(one: readonly string[], other: readonly string[]): readonly string[] {
  if (one.length === 0) return other;
  const merged: string[] = [];
  let at = 0;
  for (const key of other) {
    for (let next = one[at]; next !== undefined && compareKeys(next, key) < 0; next = one[at]) {
      merged.push(next);
      at += 1;
    }
    merged.push(key);
  }
  for (; at < one.length; at += 1) merged.push(one[at] ?? '');
  return merged;
}
