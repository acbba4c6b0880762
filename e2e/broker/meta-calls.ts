/** How a broker calls meta: which server, how often, and whom it remembers. */
import { Client, connectivityState, credentials } from '@grpc/grpc-js';
import { setTimeout as sleep } from 'node:timers/promises';
import { attempt, type Attempt, type Failure } from './attempt.ts';
import { readRefusal, readSecondRefusal, type Refusal } from './refusal.ts';

export interface MetaCalls {
  /**
   * At least three attempts 0.1 s apart, with one redirect in each, which is remembered. `addresses`
   * are asked in this order, again and again.
   *
   * @param signal takes it back, as a future that is dropped: what is under way is broken off, nothing
   *   comes of it any more, and nobody is forgotten over it. It rejects with the signal's reason.
   */
  call(
    addresses: readonly string[],
    rpc: string,
    request: Buffer,
    signal?: AbortSignal,
  ): Promise<Attempt>;
  close(): void;
}

export interface MetaCallsSetup {
  /** Resolves when a call may go out. */
  readonly clear: () => Promise<void>;
  /** No call lasts longer; undefined: as brokers have it, who wait longer for one that was redirected. */
  readonly callMsMax?: number | undefined;
}

const ATTEMPTS_MIN = 3;
const PAUSE_MS = 100;
const ATTEMPT_MS_MAX = 5_000;
const CHANNELS_PER_ADDRESS = 4;

const CHANNEL_OPTIONS = {
  'grpc.enable_retries': 0,
  // Channels to one address that are equal would share their connection.
  'grpc.use_local_subchannel_pool': 1,
  // The original connects anew with each attempt, and never waits.
  'grpc.initial_reconnect_backoff_ms': PAUSE_MS,
  'grpc.min_reconnect_backoff_ms': PAUSE_MS,
  'grpc.max_reconnect_backoff_ms': PAUSE_MS,
  // And asks for the address behind a name each time.
  'grpc.dns_min_time_between_resolutions_ms': PAUSE_MS,
  // Nobody else finds out that a node has vanished with what it had accepted.
  'grpc.keepalive_time_ms': 30_000,
  'grpc.keepalive_timeout_ms': 60_000,
  'grpc.keepalive_permit_without_calls': 1,
};

export function createMetaCalls({ clear, callMsMax }: MetaCallsSetup): MetaCalls {
  const channels = createChannels();
  const ended = new AbortController();
  /** By rpc. */
  const leaders = new Map<string, string>();

  async function ask(
    address: string,
    { rpc, request, signal }: Call,
    limitMs: number | undefined,
  ): Promise<Attempt> {
    await clear();
    signal?.throwIfAborted();
    const either = signal === undefined ? ended.signal : AbortSignal.any([ended.signal, signal]);
    const client = channels.next(address);
    const made = await attempt(client, rpc, request, { limitMs, signal: either });
    if (made.kind === 'failed') channels.failed(address, client);
    signal?.throwIfAborted();
    return made;
  }

  /** One turn: an attempt, and a second call if that was redirected. */
  async function turn(address: string, call: Call): Promise<Turn> {
    const first = await ask(address, call, callMsMax ?? ATTEMPT_MS_MAX);
    if (first.kind === 'reply') return { outcome: first };
    const refusal = readRefusal(first.text);
    if (refusal.kind !== 'redirect') return { outcome: first, refusal };
    leaders.set(call.rpc, refusal.address);
    // Not under the limit of an attempt, but of the channel.
    const second = await ask(refusal.address, call, callMsMax);
    if (second.kind === 'reply') return { outcome: second };
    return { outcome: second, refusal: readSecondRefusal(second.text) };
  }

  return {
    call: async (addresses, rpc, request, signal) => {
      const attempts = Math.max(ATTEMPTS_MIN, addresses.length);
      let latest: Failure | undefined;
      for (let count = 0; count < attempts; count += 1) {
        if (count > 0) await sleep(PAUSE_MS, undefined, signal && { signal });
        const address = leaders.get(rpc) ?? addresses[count % addresses.length] ?? '';
        const { outcome, refusal } = await turn(address, { rpc, request, signal });
        if (outcome.kind === 'reply' || refusal?.kind === 'final') return outcome;
        if (refusal?.kind === 'down') leaders.delete(rpc);
        latest = outcome;
      }
      if (latest === undefined) throw new Error('A call has at least one attempt');
      return latest;
    },
    close: () => {
      ended.abort();
      channels.close();
    },
  };
}

interface Call {
  readonly rpc: string;
  readonly request: Buffer;
  readonly signal: AbortSignal | undefined;
}

interface Turn {
  readonly outcome: Attempt;
  readonly refusal?: Refusal;
}

interface Channels {
  next(address: string): Client;
  /**
   * An attempt failed there: what has no connection then is made anew. The library connects for as
   * long as the kernel does, two minutes when nobody answers; the original gives up after 5 s.
   */
  failed(address: string, client: Client): void;
  close(): void;
}

/** Several to each address, taken in turn. */
function createChannels(): Channels {
  const byAddress = new Map<string, Client[]>();
  let turn = 0;
  const make = (address: string): Client =>
    new Client(address, credentials.createInsecure(), CHANNEL_OPTIONS);
  const open = (address: string): Client[] => {
    const clients = Array.from({ length: CHANNELS_PER_ADDRESS }, () => make(address));
    byAddress.set(address, clients);
    return clients;
  };
  return {
    next: (address) => {
      const clients = byAddress.get(address) ?? open(address);
      turn += 1;
      const client = clients[turn % clients.length];
      if (client === undefined) throw new Error(`No channel to ${address}`);
      return client;
    },
    failed: (address, client) => {
      const clients = byAddress.get(address) ?? [];
      const at = clients.indexOf(client);
      if (at < 0 || isReady(client)) return;
      clients[at] = make(address);
      client.close();
    },
    close: () => {
      for (const client of [...byAddress.values()].flat()) client.close();
    },
  };
}

const isReady = (client: Client): boolean =>
  client.getChannel().getConnectivityState(false) === connectivityState.READY;
