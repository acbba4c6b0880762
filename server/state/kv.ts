/** What users keep under keys of their own. */
import type { KvDelete, KvSet } from './command.ts';
import { OK_REPLY } from './reply.ts';
import type { Applied, ReadRange, ReadRow } from './row-access.ts';
import { keyOfRow, rowKey } from './row-keys.ts';

/** The value under a key; its bytes are UTF-8. */
export const kvGet = (read: ReadRow, key: string): Uint8Array | undefined =>
  read(rowKey('kv', key));

export const kvExists = (read: ReadRow, key: string): boolean => kvGet(read, key) !== undefined;

/** Keys that begin with `prefix`, and their values, by the bytes of the keys. Take them at once. */
export function* kvPrefix(
  range: ReadRange,
  prefix: string,
): Iterable<readonly [key: string, value: Uint8Array]> {
  for (const [row, value] of range(rowKey('kv', prefix))) yield [keyOfRow('kv', row), value];
}

/** One row, and its value is what lies in the command: a plain write copies nothing. */
export const applyKvSet = ({ key, value }: KvSet): Applied => ({
  rows: new Map([[rowKey('kv', key), value]]),
  reply: OK_REPLY,
});

/** Deleting what is not there is done already, and writes nothing. */
export function applyKvDelete(read: ReadRow, { key }: KvDelete): Applied {
  const row = rowKey('kv', key);
  return {
    rows: new Map(read(row) === undefined ? [] : [[row, undefined]]),
    reply: OK_REPLY,
  };
}
