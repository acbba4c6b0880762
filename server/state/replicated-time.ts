/**
 * Time as all members agree on it: the latest that a command told which depends on time, in Unix ms.
 *
 * Commands that do not depend on time, plain writes above all, neither read nor write it: what
 * nobody saw cannot go back. It is as good as the leaders' clocks: one that is ahead carries it
 * along, and it stands still until the others come up.
 */
import { createReader, endOf, readNumber } from './byte-reader.ts';
import { createWriter, NUMBER_BYTES_MAX, writeNumber, written } from './byte-writer.ts';
import type { ReadRow, RowsWritten } from './row-access.ts';
import { TIME_ROW } from './row-keys.ts';

/** Unix ms; 0 before the first command that depends on it. */
export function replicatedTime(read: ReadRow): number {
  const row = read(TIME_ROW);
  if (row === undefined) return 0;
  const reader = createReader(row, 'replicated time');
  const timeMs = readNumber(reader);
  endOf(reader);
  return timeMs;
}

/** Time now that a command tells `givenMs`: never before what it was. Puts the row. */
export function passTime(read: ReadRow, rows: RowsWritten, givenMs: number): number {
  const storedMs = replicatedTime(read);
  if (givenMs <= storedMs) return storedMs;
  const writer = createWriter(NUMBER_BYTES_MAX);
  writeNumber(writer, givenMs);
  rows.set(TIME_ROW, written(writer));
  return givenMs;
}
