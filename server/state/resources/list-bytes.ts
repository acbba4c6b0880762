/**
 * How long lists are that brokers get in one reply. A list that they cannot receive would keep every
 * one of them from starting, so what would make one too long is not written.
 */
import { createReader, endOf, readNumber } from '../byte-reader.ts';
import { createWriter, NUMBER_BYTES_MAX, writeNumber, written } from '../byte-writer.ts';
import type { ReadRange, ReadRow, RowsWritten } from '../row-access.ts';
import { keyOfRow, rowKey } from '../row-keys.ts';

/** The longest list, in bytes on the wire: brokers receive less than 4 MiB. */
export const LIST_BYTES_MAX = 4_000_000;

/** What a record takes in a list: tag, length, bytes. */
export function listedBytes(bytes: number): number {
  let lengthBytes = 1;
  for (let rest = bytes; rest >= 0x80; rest = Math.floor(rest / 0x80)) lengthBytes += 1;
  return 1 + lengthBytes + bytes;
}

/** How long a list is. @param list its table, and its tenant if it is that of one. */
export function readListBytes(read: ReadRow, list: string): number {
  const row = read(rowKey('lists', list));
  return row === undefined ? 0 : numberOf(row);
}

export function putListBytes(rows: RowsWritten, list: string, bytes: number): void {
  const row = rowKey('lists', list);
  if (bytes === 0) {
    rows.set(row, undefined);
    return;
  }
  const writer = createWriter(NUMBER_BYTES_MAX);
  writeNumber(writer, bytes);
  rows.set(row, written(writer));
}

/** Every list that is longer than a share of what is allowed. */
export function* longLists(
  range: ReadRange,
  share: number,
): Iterable<{ readonly list: string; readonly bytes: number }> {
  for (const [row, value] of range(rowKey('lists', ''))) {
    const bytes = numberOf(value);
    if (bytes > LIST_BYTES_MAX * share) yield { list: keyOfRow('lists', row), bytes };
  }
}

function numberOf(row: Uint8Array): number {
  const reader = createReader(row, 'length of a list');
  const bytes = readNumber(reader);
  endOf(reader);
  return bytes;
}
