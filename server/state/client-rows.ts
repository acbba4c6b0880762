/**
 * Rows of clients that number their writes, as a list in the order of their last use, linked both
 * ways: apply reads single rows only, and must find whoever was away longest.
 *
 *   m/clients   count, oldest, newest
 *   c/<client>  last id, time of last use, older neighbour, newer neighbour, reply to the last id
 */
import { createReader, endOf, readNumber, readRest, readText } from './byte-reader.ts';
import type { Reader } from './byte-reader.ts';
import {
  createWriter,
  NUMBER_BYTES_MAX,
  writeBytes,
  writeNumber,
  writeText,
  written,
} from './byte-writer.ts';
import { Malformed } from './errors.ts';
import type { ReadRow, RowsWritten } from './row-access.ts';
import { CLIENTS_ROW, rowKey } from './row-keys.ts';

/** What is remembered of a client. */
export interface ClientRow {
  /** The last of its requests that was carried out. */
  readonly lastId: number;
  /** Replicated time of its last use, Unix ms. */
  readonly usedMs: number;
  /** The client used last before it, if any. */
  readonly older: string | undefined;
  /** The client used first after it, if any. */
  readonly newer: string | undefined;
  /** What its last request was answered. */
  readonly reply: Uint8Array;
}

/** Both ends of the list. */
export interface ClientList {
  readonly count: number;
  readonly oldest: string | undefined;
  readonly newest: string | undefined;
}

const EMPTY: ClientList = { count: 0, oldest: undefined, newest: undefined };
/** Room for the numbers of a row, and the counts of its names. */
const NUMBERS_BYTES = 2 * NUMBER_BYTES_MAX + 2;

export function readClient(read: ReadRow, client: string): ClientRow | undefined {
  const row = read(rowKey('clients', client));
  if (row === undefined) return undefined;
  const reader = createReader(row, 'row of a client');
  return {
    lastId: readNumber(reader),
    usedMs: readNumber(reader),
    older: readName(reader),
    newer: readName(reader),
    reply: readRest(reader),
  };
}

export function readClientList(read: ReadRow): ClientList {
  const row = read(CLIENTS_ROW);
  if (row === undefined) return EMPTY;
  const reader = createReader(row, 'list of clients');
  const list = { count: readNumber(reader), oldest: readName(reader), newest: readName(reader) };
  endOf(reader);
  return list;
}

/** Takes a client out of the list; its own row stays. */
export function unlink(read: ReadRow, rows: RowsWritten, { older, newer }: ClientRow): void {
  const list = readClientList(read);
  if (older !== undefined) changeClient(read, rows, older, { newer });
  if (newer !== undefined) changeClient(read, rows, newer, { older });
  putList(rows, {
    count: list.count - 1,
    oldest: older === undefined ? newer : list.oldest,
    newest: newer === undefined ? older : list.newest,
  });
}

/** Puts a client that is in no list at the newest end of it. */
export function linkNewest(
  read: ReadRow,
  rows: RowsWritten,
  client: string,
  last: Pick<ClientRow, 'lastId' | 'usedMs' | 'reply'>,
): void {
  const list = readClientList(read);
  const { newest: older } = list;
  if (older !== undefined) changeClient(read, rows, older, { newer: client });
  putClient(rows, client, { ...last, older, newer: undefined });
  putList(rows, { count: list.count + 1, oldest: list.oldest ?? client, newest: client });
}

export function putClient(rows: RowsWritten, client: string, row: ClientRow): void {
  const { older = '', newer = '' } = row;
  // No more than needed: V8 makes small arrays many times faster than large ones.
  const writer = createWriter(NUMBERS_BYTES + older.length + newer.length + row.reply.length);
  writeNumber(writer, row.lastId);
  writeNumber(writer, row.usedMs);
  writeText(writer, older);
  writeText(writer, newer);
  writeBytes(writer, row.reply);
  rows.set(rowKey('clients', client), written(writer));
}

function putList(rows: RowsWritten, { count, oldest = '', newest = '' }: ClientList): void {
  const writer = createWriter(NUMBERS_BYTES + oldest.length + newest.length);
  writeNumber(writer, count);
  writeText(writer, oldest);
  writeText(writer, newest);
  rows.set(CLIENTS_ROW, written(writer));
}

function changeClient(
  read: ReadRow,
  rows: RowsWritten,
  client: string,
  change: Partial<ClientRow>,
): void {
  const row = readClient(read, client);
  if (row === undefined) throw new Malformed('list of clients', `${client} is not there`);
  putClient(rows, client, { ...row, ...change });
}

/** No client has an empty name. */
function readName(reader: Reader): string | undefined {
  const name = readText(reader);
  return name === '' ? undefined : name;
}
