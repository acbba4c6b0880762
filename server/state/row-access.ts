/** How the replicated state is seen from here. The ports of a node have the same shapes. */

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
