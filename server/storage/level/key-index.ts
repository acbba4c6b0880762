/**
 * The keys of all rows, sorted, in memory: LevelDB iterates asynchronously only, and what is applied
 * lists rows in the middle of a turn. Beside each its row's checksum, so that the hash of all rows
 * follows a change without a look at the row before.
 *
 * Leaves of some hundred keys, in an array. A key costs its bytes and about 36 more; a look-up is two
 * binary searches. Shared prefixes would take a quarter of that, but every change would rewrite a leaf.
 */
import { compareKeys } from '../../ports/key-order.ts';

const LEAF_KEYS_MAX = 512;

interface Leaf {
  /** Never empty. */
  readonly keys: string[];
  /** Of the rows of `keys`, in the same places. */
  readonly checksums: Uint32Array;
}

/** Changed by the functions of this module only. */
export interface KeyIndex {
  readonly leaves: Leaf[];
  size: number;
  /** Counts changes, so that who iterates notices them. */
  changes: number;
}

export const createKeyIndex = (): KeyIndex => ({ leaves: [], size: 0, changes: 0 });

/** Where a row's checksum is kept; holds until a key comes or goes. */
export interface ChecksumPlace {
  readonly checksums: Uint32Array;
  readonly at: number;
}

export function hasKey(index: KeyIndex, key: string): boolean {
  const { leaf, at } = locate(index, key);
  return index.leaves[leaf]?.keys[at] === key;
}

/** Where the checksum of a row is; undefined when its key is not there. */
export function checksumOf(index: KeyIndex, key: string): ChecksumPlace | undefined {
  const place = locate(index, key);
  const leaf = index.leaves[place.leaf];
  if (leaf?.keys[place.at] !== key) return undefined;
  return { checksums: leaf.checksums, at: place.at };
}

/** Adds a key behind all others; false if it does not sort there. */
export function appendKey(index: KeyIndex, key: string, checksum: number): boolean {
  const leaf = index.leaves.at(-1);
  const last = leaf?.keys.at(-1);
  if (last !== undefined && !isBelow(last, key)) return false;
  if (leaf === undefined || leaf.keys.length === LEAF_KEYS_MAX) {
    index.leaves.push(createLeaf([key], Uint32Array.of(checksum)));
  } else {
    leaf.checksums[leaf.keys.length] = checksum;
    leaf.keys.push(key);
  }
  changed(index, 1);
  return true;
}

/** Adds a key; if it is there, its row gets this checksum. */
export function addKey(index: KeyIndex, key: string, checksum: number): void {
  const place = locate(index, key);
  const leaf = index.leaves[place.leaf];
  if (leaf === undefined) index.leaves.push(createLeaf([key], Uint32Array.of(checksum)));
  else if (leaf.keys[place.at] === key) {
    leaf.checksums[place.at] = checksum;
    return;
  } else {
    leaf.checksums.copyWithin(place.at + 1, place.at, leaf.keys.length);
    leaf.checksums[place.at] = checksum;
    leaf.keys.splice(place.at, 0, key);
    if (leaf.keys.length > LEAF_KEYS_MAX) index.leaves.splice(place.leaf + 1, 0, split(leaf));
  }
  changed(index, 1);
}

/** Does nothing if it is not there. */
export function deleteKey(index: KeyIndex, key: string): void {
  const place = locate(index, key);
  const leaf = index.leaves[place.leaf];
  if (leaf?.keys[place.at] !== key) return;
  if (leaf.keys.length === 1) index.leaves.splice(place.leaf, 1);
  else {
    leaf.keys.splice(place.at, 1);
    leaf.checksums.copyWithin(place.at, place.at + 1);
  }
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
    const key = leaf?.keys[place.at];
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

/** One more than a leaf keeps: it is split once the last has come. */
function createLeaf(keys: string[], first: Uint32Array): Leaf {
  const checksums = new Uint32Array(LEAF_KEYS_MAX + 1);
  checksums.set(first);
  return { keys, checksums };
}

/** Takes the upper half off a leaf. */
function split({ keys, checksums }: Leaf): Leaf {
  const half = LEAF_KEYS_MAX / 2;
  return createLeaf(keys.splice(half), checksums.subarray(half));
}

function changed(index: KeyIndex, by: number): void {
  index.size += by;
  index.changes += 1;
}

/** The leaf where `key` is or belongs, and its place there: that of the first key not below it. */
function locate({ leaves }: KeyIndex, key: string): { leaf: number; at: number } {
  const { below, notAbove } = ordersOf(key);
  const leaf = Math.max(
    0,
    countBelow(leaves.length, (at) => notAbove(leaves[at]?.keys[0] ?? '')) - 1,
  );
  const keys = leaves[leaf]?.keys ?? [];
  return { leaf, at: countBelow(keys.length, (at) => below(keys[at] ?? '')) };
}

/**
 * Whether another key sorts before `key`, or not behind it. Where one of two keys has no unit from
 * D800 on, and hardly any has, JavaScript's own order is the right one, and ten times as fast.
 */
function ordersOf(key: string): Record<'below' | 'notAbove', (other: string) => boolean> {
  return UNUSUAL.test(key)
    ? {
        below: (other) => compareKeys(other, key) < 0,
        notAbove: (other) => compareKeys(other, key) <= 0,
      }
    : { below: (other) => other < key, notAbove: (other) => other <= key };
}

/** Of a key, as in `ordersOf`. */
const UNUSUAL = /[\ud800-\uffff]/;

const isBelow = (other: string, key: string): boolean =>
  UNUSUAL.test(key) ? compareKeys(other, key) < 0 : other < key;

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
