/**
 * Where the record with a key is. A key has parts, all of them texts, which may hold any character:
 * two keys never have one row, and rows are in the order of their parts.
 *
 *   r/<table>/<part> NUL <part> …
 *
 * In a part, NUL is written as SOH SOH, and SOH as SOH STX: so it is below everything that a part can
 * begin with, and nothing in a part is taken for its end.
 */
import { TABLES } from '../row-keys.ts';

/** What names a record in its table. Numbers are in decimal. */
export type Key = readonly string[];

const END = '\u0000';
const MARK = '\u0001';

/** The row of a whole key. */
export const rowOfKey = (table: string, key: Key): string =>
  rowsOf(table) + key.map(partOfRow).join(END);

/** What the rows of all keys begin with that have these parts first. */
export const rowsWith = (table: string, parts: Key): string =>
  rowsOf(table) + parts.map((part) => partOfRow(part) + END).join('');

const rowsOf = (table: string): string => `${TABLES.resources}${table}/`;

const partOfRow = (part: string): string =>
  part.replaceAll(MARK, `${MARK}\u0002`).replaceAll(END, MARK + MARK);
