/** Rows of rpcs that change something. */
import { CodecError } from '../../codec/layout/codec-error.ts';
import type { Codec } from '../../codec/layout/codec.ts';
import type { Key } from '../../state/resources/key.ts';
import type { Writes } from '../../state/resources/derived.ts';
import { changeOf } from '../../state/resources/operation.ts';
import type { Operation } from '../../state/resources/operation.ts';
import type { Resource } from '../../state/resources/resource.ts';
import { accept, fail } from '../answer.ts';
import type { Answer, Failure } from '../answer.ts';
import type { Limits } from '../limits.ts';
import { internal, invalid, tooLong } from '../status-of.ts';
import type { Ask, Caller, Proposal, WriteRow } from './row.ts';

type Nothing = Record<string, never>;
const NOTHING: Nothing = {};

interface Write<Request, Args> {
  readonly by: readonly Caller[];
  readonly args: (request: Request, limits: Limits) => Answer<(at: Proposal) => Args>;
  readonly failed?: (failure: Failure) => Failure;
}

/** An operation, of which the caller is told that it was done. */
export const write = <Request, Args>(
  operation: Operation<Args>,
  row: Write<Request, Args>,
): WriteRow<Request, Nothing> => answeringWrite(operation, { ...row, reply: () => NOTHING });

/** An operation, of which the caller is told the result. */
export const answeringWrite = <Request, Args, Result, Reply>(
  operation: Operation<Args, Result>,
  row: Write<Request, Args> & { readonly reply: (result: Result) => Reply },
): WriteRow<Request, Reply> => ({
  kind: 'write',
  by: row.by,
  operation,
  ...(row.failed === undefined ? {} : { failed: row.failed }),
  prepare: (request, limits) => {
    const args = row.args(request, limits);
    return args.ok ? accept((at: Proposal) => changeOf(operation, args.value(at))) : args;
  },
  reply: (result) => row.reply(operation.decodeResult(result)),
});

/** What callers go on waiting for behind the reply: all brokers are told before, or nearly all. */
const TOLD_WITHIN_MS = 200;

/** Answered when brokers have been told. */
export const awaited = <Request, Reply>(
  row: WriteRow<Request, Reply>,
): WriteRow<Request, Reply> => ({
  ...row,
  awaits: () => ({ withinMs: TOLD_WITHIN_MS }),
});

/** Carried out in parts where it is long. */
export const divided = <Request, Reply>(
  row: WriteRow<Request, Reply>,
  divide: (request: Request, limits: Limits) => readonly Request[],
  join: (replies: readonly Reply[]) => Reply,
): WriteRow<Request, Reply> => ({
  ...row,
  parts: {
    prepare: (request, limits) => {
      const asks: Ask[] = [];
      for (const part of divide(request, limits)) {
        const ask = row.prepare(part, limits);
        if (!ask.ok) return ask;
        asks.push(ask.value);
      }
      return accept(asks);
    },
    reply: (results) => join(results.map((result) => row.reply(result))),
  },
});

/** The first parts of a key, where a request says them beside the payload; undefined: it does not say this one. */
type Named = readonly (string | undefined)[];

/** What names records in a request, beside their payload. */
interface NamedRow<Request> {
  readonly by: readonly Caller[];
  /** Payload and request must say the same. @param at the place of the payload, of those that there are. */
  readonly named?: (request: Request, at: number) => Named;
}

/** Puts one record, which is the payload. */
export const put = <Value, Request>(
  { resource, put: operation }: Writes<Value>,
  row: NamedRow<Request> & { readonly payload: (request: Request) => Uint8Array },
): WriteRow<Request, Nothing> =>
  putAll({ resource, put: operation }, { ...row, payloads: (request) => [row.payload(request)] });

/** Puts many. */
export const putAll = <Value, Request>(
  { resource, put: operation }: Pick<Writes<Value>, 'put' | 'resource'>,
  row: NamedRow<Request> & { readonly payloads: (request: Request) => readonly Uint8Array[] },
): WriteRow<Request, Nothing> =>
  write(operation, {
    by: row.by,
    args: (request, limits) => {
      const values: Value[] = [];
      for (const [at, payload] of row.payloads(request).entries()) {
        const value = readPayload(resource, payload, row.named?.(request, at), limits);
        if (!value.ok) return value;
        values.push(value.value);
      }
      return accept(() => values);
    },
  });

/** Puts a record that the payload is to replace. */
export const replace = <Value, Request>(
  { resource }: Pick<Writes<Value>, 'resource'>,
  operation: Operation<Value>,
  row: NamedRow<Request> & { readonly payload: (request: Request) => Uint8Array },
): WriteRow<Request, Nothing> =>
  write(operation, {
    by: row.by,
    args: (request, limits) => {
      const value = readPayload(resource, row.payload(request), row.named?.(request, 0), limits);
      return value.ok ? accept(() => value.value) : value;
    },
  });

/** Puts a record that is made of the request's fields. */
export const putMade = <Value, Request>(
  { put: operation }: Pick<Writes<Value>, 'put'>,
  row: {
    readonly by: readonly Caller[];
    readonly made: (request: Request, at: Proposal) => Value;
  },
): WriteRow<Request, Nothing> =>
  write(operation, {
    by: row.by,
    args: (request) => accept((at) => [row.made(request, at)]),
  });

/** Deletes records by their keys. */
export const remove = <Request>(
  operation: Operation<readonly Key[]>,
  row: { readonly by: readonly Caller[]; readonly keys: (request: Request) => readonly Key[] },
): WriteRow<Request, Nothing> =>
  write(operation, { by: row.by, args: (request) => accept(() => row.keys(request)) });

/** A payload's value, or why it has none, in the words of the original. */
export function read<Value>(codec: Codec<Value>, payload: Uint8Array): Answer<Value> {
  try {
    return accept(codec.decode(payload));
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    return fail(internal(`Failed to deserialize: ${error.message}`));
  }
}

/** The record that a payload is. @param named what the request says of its key as well. */
export function readPayload<Value>(
  resource: Resource<Value>,
  payload: Uint8Array,
  named: Named | undefined,
  { keyBytesMax }: Limits,
): Answer<Value> {
  const value = read(resource.wire, payload);
  if (!value.ok) return value;
  const key = resource.keyOf(value.value);
  const bytes = key.reduce((sum, part) => sum + Buffer.byteLength(part), 0);
  if (bytes > keyBytesMax) return fail(tooLong('limits.key', bytes, keyBytesMax));
  const problem = named && contradiction(resource.keyParts, named, key);
  return problem === undefined ? value : fail(invalid(problem));
}

function contradiction(parts: readonly string[], named: Named, key: Key): string | undefined {
  const index = named.findIndex((part, at) => part !== undefined && part !== key[at]);
  if (index < 0) return undefined;
  return `the request and its payload contradict each other: ${parts[index] ?? ''} is ${JSON.stringify(named[index])} and ${JSON.stringify(key[index])}`;
}
