/** How the replicated state is seen from here. The ports of a node have the same shapes. */
import type { Push } from './resources/push.ts';

/** The current value of a row. */
export type ReadRow = (key: string) => Uint8Array | undefined;

/** The current rows with this prefix, after `after` when given, by the bytes of their keys' UTF-8. */
export type ReadRange = (
  prefix: string,
  after?: string,
) => Iterable<readonly [key: string, value: Uint8Array]>;

/** Rows to write; `undefined` deletes. */
export type Rows = ReadonlyMap<string, Uint8Array | undefined>;

/** Rows that one command has written so far. */
export type RowsWritten = Map<string, Uint8Array | undefined>;

/** What one command did. */
export interface Applied {
  /** What brokers are to be told of, in this order; those of later commands come after. */
  readonly pushes?: readonly Push[];
  readonly rows: Rows;
  /** A `Reply`, encoded. */
  readonly reply: Uint8Array;
  /** The state as it is after it is to be compared with that of other members. */
  readonly check?: true;
}

/** Rows as they are after what was written. */
export const readOver =
  (read: ReadRow, rows: Rows): ReadRow =>
  (key) =>
    rows.has(key) ? rows.get(key) : read(key);

/** As `readOver`, of all rows with a prefix. */
export function* rangeOver(
  range: ReadRange,
  rows: Rows,
  prefix: string,
): Iterable<readonly [key: string, value: Uint8Array]> {
  const over = [...rows].filter(([key]) => key.startsWith(prefix));
  if (over.length === 0) {
    yield* range(prefix);
    return;
  }
  const merged = new Map<string, Uint8Array | undefined>([...range(prefix), ...over]);
  // In an order that all members agree on; that of the bytes differs from it for rare characters only.
  for (const key of [...merged.keys()].sort()) {
    const value = merged.get(key);
    if (value !== undefined) yield [key, value];
  }
}
