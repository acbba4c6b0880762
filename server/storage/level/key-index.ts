/**
 * The keys of all rows, sorted, in memory: LevelDB iterates asynchronously only, and what is applied
 * lists rows in the middle of a turn.
 *
 * Leaves of some hundred keys, in an array. A key costs its bytes and about 30 more; a look-up is two
 * binary searches. Shared prefixes would take a quarter of that, but every change would rewrite a leaf.
 */
import { compareKeys } from '../../ports/key-order.ts';

const LEAF_KEYS_MAX = 512;

/** Changed by the functions of this module only. */
export interface KeyIndex {
  /** None of them is empty. */
  readonly leaves: string[][];
  size: number;
  /** Counts changes, so that who iterates notices them. */
  changes: number;
}

export const createKeyIndex = (): KeyIndex => ({ leaves: [], size: 0, changes: 0 });

export function hasKey(index: KeyIndex, key: string): boolean {
  const { leaf, at } = locate(index, key);
  return index.leaves[leaf]?.[at] === key;
}

/** Adds a key behind all others; false if it does not sort there. */
export function appendKey(index: KeyIndex, key: string): boolean {
  const leaf = index.leaves.at(-1);
  const last = leaf?.at(-1);
  if (last !== undefined && !isBelow(last, key)) return false;
  if (leaf === undefined || leaf.length === LEAF_KEYS_MAX) index.leaves.push([key]);
  else leaf.push(key);
  changed(index, 1);
  return true;
}

/** Does nothing if it is there. */
export function addKey(index: KeyIndex, key: string): void {
  const place = locate(index, key);
  const leaf = index.leaves[place.leaf];
  if (leaf === undefined) index.leaves.push([key]);
  else if (leaf[place.at] === key) return;
  else {
    leaf.splice(place.at, 0, key);
    if (leaf.length > LEAF_KEYS_MAX) {
      index.leaves.splice(place.leaf + 1, 0, leaf.splice(LEAF_KEYS_MAX / 2));
    }
  }
  changed(index, 1);
}

/** Does nothing if it is not there. */
export function deleteKey(index: KeyIndex, key: string): void {
  const place = locate(index, key);
  const leaf = index.leaves[place.leaf];
  if (leaf?.[place.at] !== key) return;
  if (leaf.length === 1) index.leaves.splice(place.leaf, 1);
  else leaf.splice(place.at, 1);
  changed(index, -1);
}

/** The keys with a prefix in order, after `after` when given. Those that come or go meanwhile show or not. */
export function* keysWithPrefix(
  index: KeyIndex,
  prefix: string,
  after?: string,
): Generator<string, void, undefined> {
  let last = after !== undefined && compareKeys(after, prefix) >= 0 ? after : undefined;
  let place = locate(index, last ?? prefix);
  let { changes } = index;
  for (;;) {
    const leaf = index.leaves[place.leaf];
    const key = leaf?.[place.at];
    if (leaf === undefined || (key !== undefined && !key.startsWith(prefix))) return;
    if (key === undefined) place = { leaf: place.leaf + 1, at: 0 };
    else {
      place.at += 1;
      if (key === last) continue;
      last = key;
      yield key;
      if (changes === index.changes) continue;
      ({ changes } = index);
      place = locate(index, last);
    }
  }
}

function changed(index: KeyIndex, by: number): void {
  index.size += by;
  index.changes += 1;
}

/** The leaf where `key` is or belongs, and its place there: that of the first key not below it. */
function locate({ leaves }: KeyIndex, key: string): { leaf: number; at: number } {
  const { below, notAbove } = ordersOf(key);
  const leaf = Math.max(0, countBelow(leaves.length, (at) => notAbove(leaves[at]?.[0] ?? '')) - 1);
  const keys = leaves[leaf] ?? [];
  return { leaf, at: countBelow(keys.length, (at) => below(keys[at] ?? '')) };
}

/**
 * Whether another key sorts before `key`, or not behind it. Where one of two keys has no unit from
 * D800 on, and hardly any has, JavaScript's own order is the right one, and ten times as fast.
 */
function ordersOf(key: string): Record<'below' | 'notAbove', (other: string) => boolean> {
  return /[\ud800-\uffff]/.test(key)
    ? {
        below: (other) => compareKeys(other, key) < 0,
        notAbove: (other) => compareKeys(other, key) <= 0,
      }
    : { below: (other) => other < key, notAbove: (other) => other <= key };
}

const isBelow = (other: string, key: string): boolean => ordersOf(key).below(other);

/** How many of `length` places, the first ones, fulfil a condition that none fulfils behind one that does not. */
function countBelow(length: number, condition: (at: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (condition(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}
