/**
 * Where the rows are. One prefix per table, and nothing of another table begins with it, so that no
 * key of a user can be taken for anything else:
 *
 *   k/<key>           value a user set
 *   a/<directory>     what the member in this directory announced
 *   c/<client>        last numbered write of this client
 *   e/<cluster>       that the epochs were raised when this cluster began
 *   r/<table>/<key>   a record kept for brokers, see `resources/key.ts`
 *   d/<index>         what brokers were told that is not there any more, see `resources/told.ts`
 *   l/<table>…        how long a list of them is
 *   m/clients         how many of these there are, and which was used first and last
 *   m/epochs          what all epochs begin at
 *   m/time            replicated time
 *   m/told            what brokers were told last
 *   m/version         active version of commands
 */

/** The prefixes of tables with many rows. */
export const TABLES = {
  kv: 'k/',
  announcements: 'a/',
  clients: 'c/',
  incidents: 'e/',
  resources: 'r/',
  gone: 'd/',
  lists: 'l/',
} as const;

/** The name of a table. */
export type Table = keyof typeof TABLES;

/** Rows that there is one of. */
export const CLIENTS_ROW = 'm/clients';
export const EPOCHS_ROW = 'm/epochs';
export const TIME_ROW = 'm/time';
export const TOLD_ROW = 'm/told';
export const VERSION_ROW = 'm/version';

/**
 * What rows begin with that are read one by one, what nearly every command reads first. What is gone
 * (`d/`) is read in its order alone.
 */
export const ROWS_READ_FIRST: readonly string[] = [
  ...['m/', TABLES.lists, TABLES.resources, TABLES.clients],
  ...[TABLES.announcements, TABLES.incidents, TABLES.kv],
];

/** The row of `key` in a table. */
export const rowKey = (table: Table, key: string): string => TABLES[table] + key;

/** What a row of the table is about: the inverse of {@link rowKey}. */
export const keyOfRow = (table: Table, row: string): string => row.slice(TABLES[table].length);
