/**
 * The part of a run's state that may rot: rows that no client reads, so that what a fault does to them
 * shows where members compare their states, and nowhere else.
 *
 *   x/count    how many times states were compared
 *   x/1 … x/8  each its own number; these rot
 *   y/<n>      put by comparison n, deleted by the next
 */
import type { Applied, ReadRow } from '../../ports/machine.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The command that lets members compare their states. */
export const CHECK: Uint8Array = encoder.encode('check');

const COUNT_ROW = 'x/count';
const ROWS_MAX = 8;

/** What a rotten row has in place of its number. */
export const ROT: Uint8Array = encoder.encode('rot');

/** Whether a command is {@link CHECK}. */
export const isCheck = (command: Uint8Array): boolean => command[0] === CHECK[0];

/** The rows that may rot, as they must be, given those that are there. */
export const rottable = (rows: ReadonlyMap<string, Uint8Array>): readonly string[] =>
  [...rows.keys()].filter((key) => /^x\/\d+$/.test(key));

/** What every member must have in such a row. */
export const rightValue = (key: string): Uint8Array => encoder.encode(key.slice(2));

/** Whether it has something else. */
export const isRotten = (key: string, value: Uint8Array): boolean =>
  decoder.decode(value) !== key.slice(2);

/** Whether a row is of this part. */
export const isCompared = (key: string): boolean => key.startsWith('x/') || key.startsWith('y/');

/** Counts the comparison, and changes rows that may rot: so there is something to compare. */
export function applyCheck(read: ReadRow): Applied {
  const row = read(COUNT_ROW);
  const count = (row === undefined ? 0 : Number(decoder.decode(row))) + 1;
  const rows = new Map<string, Uint8Array | undefined>([
    [COUNT_ROW, encoder.encode(`${count}`)],
    [`y/${count}`, new Uint8Array()],
    [`y/${count - 1}`, undefined],
  ]);
  if (count <= ROWS_MAX) rows.set(`x/${count}`, encoder.encode(`${count}`));
  return { rows, reply: new Uint8Array(), check: true };
}
