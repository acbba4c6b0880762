/** Rows of rpcs that list records. */
import { rowOfKey, rowsWith } from '../../state/resources/key.ts';
import type { Key } from '../../state/resources/key.ts';
import type { Resource } from '../../state/resources/resource.ts';
import { accept, fail } from '../answer.ts';
import { fieldBytes, listTooLong, REPLY_BYTES_END } from '../limits.ts';
import type { Caller, ReadRow, State, StreamRow } from './row.ts';

/** Which records: those with these keys, in this order, or those whose keys begin with these parts. */
type Picked<Value> =
  | { readonly keys: readonly Key[] }
  | { readonly parts: Key; readonly where?: (value: Value) => boolean };

/** Rows are read this many at a time, and no more while these are sent. */
const PAGE_ROWS = 128;
const PAGE_BYTES = 262_144;

interface List<Value, Request> {
  readonly by: readonly Caller[];
  readonly pick: (request: Request) => Picked<Value>;
}

/** All in one reply. */
export const list = <Value, Request, Reply>(
  resource: Resource<Value>,
  row: List<Value, Request> & { readonly reply: (records: readonly Buffer[]) => Reply },
): ReadRow<Request, Reply> => ({
  kind: 'read',
  by: row.by,
  reads: [resource],
  long: true,
  look: (state, request) => {
    const records: Buffer[] = [];
    let bytes = 0;
    for (const record of recordsOf(state, resource, row.pick(request))) {
      bytes += fieldBytes(record.length);
      if (bytes >= REPLY_BYTES_END) return fail(listTooLong());
      records.push(record);
    }
    return accept(row.reply(records));
  },
});

/** One in each message. */
export const stream = <Value, Request, Reply>(
  resource: Resource<Value>,
  row: List<Value, Request> & { readonly reply: (record: Buffer) => Reply },
): StreamRow<Request, Reply> => ({
  kind: 'stream',
  by: row.by,
  reads: [resource],
  list: function* (state, request) {
    for (const record of recordsOf(state, resource, row.pick(request))) yield row.reply(record);
  },
});

/** All with a tenant, or all. */
export const ofTenant = (tenant: string): { readonly parts: Key } => ({
  parts: leading(tenant),
});

/** The one with a name, whose tenant is what was given; without a name, all of the tenant, or all. */
export const named = (tenant: string, name: string): { readonly parts: Key } => ({
  parts: name === '' ? leading(tenant) : [tenant, name],
});

/** The parts up to the first that was not given. */
export const leading = (...parts: readonly string[]): Key => {
  const end = parts.indexOf('');
  return end < 0 ? parts : parts.slice(0, end);
};

/** Records as rpcs carry them. */
function* recordsOf<Value>(
  state: State,
  resource: Resource<Value>,
  picked: Picked<Value>,
): Iterable<Buffer> {
  const { codec, wire } = resource;
  const where = 'keys' in picked ? undefined : picked.where;
  for (const row of pickedRows(state, resource, picked)) {
    if (where !== undefined && !where(codec.decode(row))) continue;
    yield view(wire === codec ? row : wire.encode(codec.decode(row)));
  }
}

function* pickedRows<Value>(
  state: State,
  resource: Resource<Value>,
  picked: Picked<Value>,
): Iterable<Uint8Array> {
  if ('parts' in picked) yield* rowsOf(state, resource, picked.parts);
  else for (const key of picked.keys) yield* rowsOf(state, resource, key);
}

/** Rows in the order of their keys. What is written while they are taken shows in part. */
function* rowsOf<Value>(
  { row, range }: State,
  { table, keyParts }: Resource<Value>,
  parts: Key,
): Iterable<Uint8Array> {
  if (parts.length === keyParts.length) {
    const one = row(rowOfKey(table, parts));
    if (one !== undefined) yield one;
    return;
  }
  const prefix = rowsWith(table, parts);
  for (let after: string | undefined, ended = false; !ended;) {
    const page = takePage(range(prefix, after));
    for (const [, value] of page.rows) yield value;
    after = page.rows.at(-1)?.[0];
    ended = page.ended;
  }
}

/** As much as may be taken at once. */
function takePage(rows: Iterable<readonly [key: string, value: Uint8Array]>) {
  const page: (readonly [key: string, value: Uint8Array])[] = [];
  let bytes = 0;
  for (const each of rows) {
    page.push(each);
    bytes += each[1].length;
    if (page.length === PAGE_ROWS || bytes >= PAGE_BYTES) return { rows: page, ended: false };
  }
  return { rows: page, ended: true };
}

const view = (bytes: Uint8Array): Buffer =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
