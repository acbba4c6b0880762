/** A client of the KV rpcs that knows what became of its calls, and goes to whoever leads. */
import { Client, credentials, status } from '@grpc/grpc-js';
import { MetaServiceServiceService as Kv } from '../../proto/gen/meta/common.ts';
import { attempt, type Failure, type Method } from '../../server/cli/attempt.ts';
import { kvElsewhere } from '../../server/cli/kv-client.ts';

/** `failed`: certainly not carried out. `unknown`: carried out, or not, or still to be. */
export type KvOutcome<Reply> =
  | { readonly kind: 'ok'; readonly reply: Reply; readonly endpoint: string }
  | { readonly kind: 'failed' | 'unknown'; readonly why: string };

export interface KvClient {
  set(key: string, value: string): Promise<KvOutcome<unknown>>;
  delete(key: string): Promise<KvOutcome<unknown>>;
  /** The value; empty when there is none. */
  get(key: string): Promise<KvOutcome<string>>;
  /** The values of all keys that begin so. */
  prefix(prefix: string): Promise<KvOutcome<readonly string[]>>;
  close(): void;
}

export interface KvClientSetup {
  /** Client addresses of members, asked for anew before each call. */
  readonly endpoints: () => readonly string[];
  /** Which of them is asked first. */
  readonly first: number;
  /** Of one attempt. */
  readonly timeoutMs: number;
}

/** A channel finds a member that came back as fast as the tests need it. */
const CHANNEL_OPTIONS = {
  'grpc.enable_retries': 0,
  'grpc.initial_reconnect_backoff_ms': 50,
  'grpc.min_reconnect_backoff_ms': 50,
  'grpc.max_reconnect_backoff_ms': 200,
};
const HOPS_MAX = 6;

/** Statuses that a member gives only to what it did not carry out. */
const NOTHING_DONE: ReadonlySet<status> = new Set([
  status.UNAVAILABLE,
  status.RESOURCE_EXHAUSTED,
  status.INVALID_ARGUMENT,
]);

/** Where to go on, or that this is the end. */
type Next = { readonly to: string } | { readonly end: KvOutcome<never> };

export function createKvClient({ endpoints, first, timeoutMs }: KvClientSetup): KvClient {
  const channels = new Map<string, Client>();
  let turn = first;
  let favourite: string | undefined;

  const channel = (endpoint: string): Client => {
    const known = channels.get(endpoint);
    if (known !== undefined) return known;
    const made = new Client(endpoint, credentials.createInsecure(), CHANNEL_OPTIONS);
    channels.set(endpoint, made);
    return made;
  };
  const another = (): string => {
    const all = endpoints();
    turn += 1;
    return all[turn % all.length] ?? '';
  };

  async function call<Request, Reply>(
    method: Method<Request, Reply>,
    request: Request,
  ): Promise<KvOutcome<Reply>> {
    let endpoint = favourite ?? another();
    let why = '';
    for (let hop = 0; hop < HOPS_MAX; hop++) {
      const outcome = await attempt(channel(endpoint), endpoint, method, request, timeoutMs);
      if (outcome.kind === 'done') {
        favourite = endpoint;
        return { kind: 'ok', reply: outcome.response, endpoint };
      }
      favourite = undefined;
      why = explain(outcome);
      const next = whatNext(outcome, why, another);
      if ('end' in next) return next.end;
      endpoint = next.to;
    }
    return { kind: 'failed', why };
  }

  return {
    set: (key, value) => call(Kv.set, { key, value }),
    delete: (key) => call(Kv.delete, { key }),
    get: async (key) => over(await call(Kv.get, { key }), ({ value }) => value),
    prefix: async (prefix) => over(await call(Kv.getPrefix, { prefix }), ({ values }) => values),
    close: () => {
      for (const each of channels.values()) each.close();
    },
  };
}

function whatNext(failure: Failure, why: string, another: () => string): Next {
  switch (failure.kind) {
    case 'unreachable':
      return { to: another() };
    case 'lost':
      return { end: { kind: 'unknown', why } };
    case 'refused': {
      const elsewhere = kvElsewhere(failure.error);
      if (elsewhere?.kind === 'leader') return { to: elsewhere.address };
      if (failure.error.code === status.UNAVAILABLE) return { to: another() };
      const kind = NOTHING_DONE.has(failure.error.code) ? 'failed' : 'unknown';
      return { end: { kind, why } };
    }
  }
}

const explain = (failure: Failure): string =>
  failure.kind === 'unreachable'
    ? `${failure.endpoint}: ${failure.why}`
    : `${failure.endpoint}: ${status[failure.error.code]}: ${failure.error.details}`;

const over = <From, To>(outcome: KvOutcome<From>, map: (from: From) => To): KvOutcome<To> =>
  outcome.kind === 'ok' ? { ...outcome, reply: map(outcome.reply) } : outcome;
