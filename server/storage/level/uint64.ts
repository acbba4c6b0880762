/** Counting numbers in 8 bytes: every index, term and id is a safe integer, and JavaScript's own 64-bit numbers are slow. */
import { Damage } from './damage.ts';

export const UINT64_BYTES = 8;

const UINT32_VALUES = 2 ** 32;

/** Big end first: keys are compared byte by byte, and must sort as their numbers do. */
export function writeUint64(bytes: Buffer, value: number, at: number): void {
  bytes.writeUInt32BE(Math.floor(value / UINT32_VALUES), at);
  bytes.writeUInt32BE(value % UINT32_VALUES, at + 4);
}

/** Throws `Damage` for what is no safe integer, or cut off. */
export function readUint64(bytes: Buffer, at: number): number {
  if (at + UINT64_BYTES > bytes.length) throw new Damage('cut off');
  const value = bytes.readUInt32BE(at) * UINT32_VALUES + bytes.readUInt32BE(at + 4);
  if (!Number.isSafeInteger(value)) throw new Damage('a number is out of range');
  return value;
}
