/**
 * A hash of a set of rows that follows each change in time proportional to the change: the sum of
 * a hash of every row, so that the order in which rows came does not matter.
 *
 * Two lanes of 32 bits, FNV-1a with different seeds and a final mix. It finds mistakes; it does not
 * withstand someone who wants a collision.
 */
export interface RowsHash {
  low: number;
  high: number;
}

/** The hash of no rows. */
export const createRowsHash = (): RowsHash => ({ low: 0, high: 0 });

export const copyRowsHash = ({ low, high }: RowsHash): RowsHash => ({ low, high });

/** 16 hexadecimal digits. */
export const formatRowsHash = ({ low, high }: RowsHash): string => hex(high) + hex(low);

/** A row changed from `before` to `after`; `undefined` where there was, or is, none. */
export function replaceRow(
  hash: RowsHash,
  key: string,
  before: Uint8Array | undefined,
  after: Uint8Array | undefined,
): void {
  if (before !== undefined) {
    hash.low = (hash.low - rowLane(LOW_SEED, key, before)) >>> 0;
    hash.high = (hash.high - rowLane(HIGH_SEED, key, before)) >>> 0;
  }
  if (after !== undefined) {
    hash.low = (hash.low + rowLane(LOW_SEED, key, after)) >>> 0;
    hash.high = (hash.high + rowLane(HIGH_SEED, key, after)) >>> 0;
  }
}

const LOW_SEED = 0x811c9dc5;
const HIGH_SEED = 0x9e3779b9;
const FNV_PRIME = 0x01000193;

function rowLane(seed: number, key: string, value: Uint8Array): number {
  let lane = seed;
  for (let at = 0; at < key.length; at += 1) {
    lane = Math.imul(lane ^ key.charCodeAt(at), FNV_PRIME);
  }
  // The length parts key and value: ('a', 'bc') and ('ab', 'c') differ.
  lane = Math.imul(lane ^ key.length, FNV_PRIME);
  for (const byte of value) lane = Math.imul(lane ^ byte, FNV_PRIME);
  return mix(lane);
}

/** The finalizer of MurmurHash3: without it, sums of FNV values would cancel out too easily. */
function mix(lane: number): number {
  let mixed = Math.imul(lane ^ (lane >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

const hex = (lane: number): string => lane.toString(16).padStart(8, '0');
