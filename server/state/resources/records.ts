/** The records while one command is applied to them. */
import { epochBase } from '../epochs.ts';
import { passTime } from '../replicated-time.ts';
import { rangeOver, readOver } from '../row-access.ts';
import type { ReadRange, ReadRow, RowsWritten } from '../row-access.ts';
import { rowOfKey, rowsWith } from './key.ts';
import type { Key } from './key.ts';
import { LIST_BYTES_MAX, listedBytes, putListBytes, readListBytes } from './list-bytes.ts';
import type { Push, PushAction } from './push.ts';
import { refuse } from './refusal.ts';
import type { Refusal } from './refusal.ts';
import type { Records, Resource, ResourceFacts } from './resource.ts';

/** Records, and what has become of them so far. */
export interface RecordsChanged {
  readonly records: Records;
  readonly rows: RowsWritten;
  readonly pushes: readonly Push[];
  /** Writes how long lists have become, at the end; which one is too long, if any. */
  readonly overflow: () => Refusal | undefined;
}

/** Records as they are between commands: to look at. */
export type RecordsView = Pick<Records, 'epochBase' | 'get' | 'list'>;

export const viewRecords = (read: ReadRow, range: ReadRange): RecordsView => ({
  epochBase: () => BigInt(epochBase(read)),
  get: (resource, key) => readRecord(read, resource, key),
  list: (resource, parts) => listRecords(range, resource, parts),
});

/** One record, if it is there. */
export function readRecord<Value>(
  read: ReadRow,
  { table, codec }: Resource<Value>,
  key: Key,
): Value | undefined {
  const row = read(rowOfKey(table, key));
  return row && codec.decode(row);
}

/** Records whose keys begin with these parts, in the order of their keys. */
export function* listRecords<Value>(
  range: ReadRange,
  { table, codec }: Resource<Value>,
  parts: Key,
): Generator<Value> {
  for (const [, row] of range(rowsWith(table, parts))) yield codec.decode(row);
}

/** Deletes what is at a key, if anything is. */
export function removeAt<Value>(
  records: Pick<Records, 'get' | 'remove'>,
  resource: Resource<Value>,
  key: Key,
  action?: 'silent',
): void {
  const found = records.get(resource, key);
  if (found !== undefined) records.remove(resource, found, action);
}

/** @param index of the command in the log; @param timeMs when it was proposed. */
export function changeRecords(
  read: ReadRow,
  range: ReadRange,
  { index, timeMs }: { readonly index: number; readonly timeMs: number },
): RecordsChanged {
  const rows: RowsWritten = new Map();
  const pushes: Push[] = [];
  const readNow = readOver(read, rows);
  const lists = measureLists(readNow, rows);
  /** Of `rows`, by their tables: a list is asked for again and again in a long entry. */
  const written = new Map<string, RowsWritten>();

  function of({ table }: ResourceFacts): RowsWritten {
    const found = written.get(table) ?? new Map<string, Uint8Array | undefined>();
    written.set(table, found);
    return found;
  }

  /** @param record undefined: there is none any more. */
  function write<Value>(resource: Resource<Value>, key: Key, record: Uint8Array | undefined): void {
    const row = rowOfKey(resource.table, key);
    lists.changing(resource, key, row, record);
    rows.set(row, record);
    of(resource).set(row, record);
  }

  /** @param action undefined: as a record of this kind is told that was put. */
  const tell = (
    { told }: ResourceFacts,
    action: PushAction | undefined,
    payload: Uint8Array | undefined,
    how: Pick<Push, 'except' | 'repeated'> = {},
  ) => {
    if (told === undefined || payload === undefined) return;
    pushes.push({ type: told.type, action: action ?? told.put, payload, ...how });
  };

  const records: Records = {
    epochBase: () => BigInt(epochBase(readNow)),
    get: (resource, key) => readRecord(readNow, resource, key),
    list: (resource, parts) =>
      listRecords((prefix) => rangeOver(range, of(resource), prefix), resource, parts),
    index,
    nowMs: () => passTime(readNow, rows, timeMs),
    push: (push) => void pushes.push(push),
    put: (resource, value, action) => {
      const record = resource.codec.encode(value);
      write(resource, resource.keyOf(value), record);
      if (action !== 'silent')
        tell(resource, action, record, butFor(resource.told?.except?.(value)));
    },
    remove: (resource, value, action) => {
      const key = resource.keyOf(value);
      const { deleted, except } = resource.told ?? {};
      if (action !== 'silent' && deleted !== undefined) {
        const before = readNow(rowOfKey(resource.table, key));
        tell(resource, 'Delete', before && deleted(key, before), butFor(except?.(value)));
      }
      write(resource, key, undefined);
      resource.cascade?.run(records, value);
    },
    tell: (resource, value, action, how) =>
      tell(resource, action, resource.codec.encode(value), how),
    tellMissing: (resource, key) =>
      tell(resource, 'Delete', resource.told?.deleted?.(key, NO_RECORD)),
  };
  return { records, rows, pushes, overflow: lists.settle };
}

const butFor = (except: bigint | undefined): Pick<Push, 'except'> =>
  except === undefined ? {} : { except };

const NO_RECORD: Uint8Array = new Uint8Array(0);

/** Keeps count of the lists that brokers get in one reply: written once, however many records change. */
function measureLists(read: ReadRow, rows: RowsWritten) {
  const grown = new Map<string, { readonly table: string; bytes: number }>();

  /** The row is about to change. What is not counted is not read either: it may be on disk alone. */
  function changing<Value>(
    resource: Resource<Value>,
    key: Key,
    row: string,
    after: Uint8Array | undefined,
  ): void {
    const { table, listed } = resource;
    if (listed === 'streamed') return;
    const list = listOf(resource, key);
    const known = grown.get(list) ?? { table, bytes: 0 };
    known.bytes += lengthOf(resource, after) - lengthOf(resource, read(row));
    grown.set(list, known);
  }

  function settle(): Refusal | undefined {
    let overflow: Refusal | undefined;
    for (const [list, { table, bytes: more }] of grown) {
      if (more === 0) continue;
      const bytes = readListBytes(read, list) + more;
      putListBytes(rows, list, bytes);
      if (more > 0 && bytes > LIST_BYTES_MAX) {
        overflow ??= refuse('listFull', table, String(LIST_BYTES_MAX));
      }
    }
    grown.clear();
    return overflow;
  }

  return { changing, settle };
}

/** Which list a record is in. */
const listOf = ({ table, listed }: ResourceFacts, [first = '']: Key): string =>
  listed === 'byTenant' ? `${table}/${first}` : table;

/** What a record takes in it. */
function lengthOf<Value>({ codec, wire }: Resource<Value>, row: Uint8Array | undefined): number {
  if (row === undefined) return 0;
  return listedBytes(wire === codec ? row.length : wire.encode(codec.decode(row)).length);
}
