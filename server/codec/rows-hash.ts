/**
 * A hash of a set of rows that follows each change in time proportional to the change: the sum of
 * a hash of every row, so that the order in which rows came does not matter. All members compare it,
 * so that it is defined here and not by how a store keeps its rows.
 *
 * A row counts with its checksum, which every store has at hand: that is what makes the hash free,
 * and what limits it. A row that differs has the same checksum once in 2^32, never if it differs in
 * less than 33 bits in a row. Two lanes of 32 bits mix it, each in its own way: CRC is linear, and
 * rows that change places would cancel out. It finds mistakes; it does not withstand somebody who
 * wants a collision.
 */
import { crc32 } from 'node:zlib';
import { continueCrc32 } from './crc32.ts';

export interface RowsHash {
  low: number;
  high: number;
}

/** The hash of no rows. */
export const createRowsHash = (): RowsHash => ({ low: 0, high: 0 });

export const copyRowsHash = ({ low, high }: RowsHash): RowsHash => ({ low, high });

/** 16 hexadecimal digits. */
export const formatRowsHash = ({ low, high }: RowsHash): string => hex(high) + hex(low);

/** The inverse of {@link formatRowsHash}. */
export const parseRowsHash = (text: string): RowsHash => ({
  low: Number.parseInt(text.slice(8), 16),
  high: Number.parseInt(text.slice(0, 8), 16),
});

/** Parts key and value. */
const SEPARATOR = Uint8Array.of(1);

/** CRC-32 of a row: of its key in UTF-8, a byte 1, and its value. */
export const rowChecksum = (key: string, value: Uint8Array): number =>
  continueCrc32(value, crc32(SEPARATOR, crc32(key)));

/** A row with this checksum was put. */
export function addRow(hash: RowsHash, checksum: number): void {
  hash.low = (hash.low + mix(checksum ^ LOW_SEED)) >>> 0;
  hash.high = (hash.high + mix(Math.imul(checksum, HIGH_FACTOR) ^ HIGH_SEED)) >>> 0;
}

/** A row with this checksum is gone. */
export function removeRow(hash: RowsHash, checksum: number): void {
  hash.low = (hash.low - mix(checksum ^ LOW_SEED)) >>> 0;
  hash.high = (hash.high - mix(Math.imul(checksum, HIGH_FACTOR) ^ HIGH_SEED)) >>> 0;
}

/** A row changed from `before` to `after`; `undefined` where there was, or is, none. */
export function replaceRow(
  hash: RowsHash,
  key: string,
  before: Uint8Array | undefined,
  after: Uint8Array | undefined,
): void {
  if (before !== undefined) removeRow(hash, rowChecksum(key, before));
  if (after !== undefined) addRow(hash, rowChecksum(key, after));
}

const LOW_SEED = 0x811c9dc5;
const HIGH_SEED = 0x9e3779b9;
/** Odd, so that no two checksums fall together. */
const HIGH_FACTOR = 0x27d4eb2f;

/** The finalizer of MurmurHash3. */
function mix(lane: number): number {
  let mixed = Math.imul(lane ^ (lane >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

const hex = (lane: number): string => lane.toString(16).padStart(8, '0');
