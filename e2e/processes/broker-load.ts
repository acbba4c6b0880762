/** Brokers that write and read while something happens to the members, with the retries of RobustMQ v0.4.11. */
import { isDeepStrictEqual } from 'node:util';
import { Client, credentials } from '@grpc/grpc-js';
import { MetaServiceServiceService as Kv } from '../../proto/gen/meta/common.ts';
import { attempt, type Method } from '../../server/cli/attempt.ts';
import { systemAlarm } from '../../server/services/alarm.ts';
import { createBrokerClient } from '../../server/services/testing/broker-client.ts';
import type { BrokerOutcome, Dial } from '../../server/services/testing/broker-client.ts';
import { longestGapMs } from './writers.ts';

/** How many write, each one call at a time. */
export const CLIENTS = 8;
const LIMIT_MS = 8_000;
/** What becomes of a call that was under way to a member that ended: nobody knows, so none is made again. */
export const CUT_OFF = 'transport error: cut off in mid-flight';

const METHODS = {
  Set: Kv.set,
  Delete: Kv.delete,
  Get: Kv.get,
  Exists: Kv.exists,
  GetPrefix: Kv.getPrefix,
} as const;

type Rpc = keyof typeof METHODS;

/** What follows a write that was acknowledged, and how it must be answered then. */
const BEHIND: readonly [BehindRow, ...BehindRow[]] = [
  ['Get', (key) => ({ key }), (value) => ({ value })],
  ['Exists', (key) => ({ key }), () => ({ flag: true })],
  ['GetPrefix', (key) => ({ prefix: key }), (value) => ({ values: [value] })],
  ['Delete', (key) => ({ key: `${key}/gone` }), () => ({})],
];

type BehindRow = readonly [
  rpc: Rpc,
  request: (key: string) => object,
  reply: (value: string) => object,
];

export interface BrokerLoad {
  /** Values by key. */
  readonly acknowledged: ReadonlyMap<string, string>;
  /** Replies to reads that do not hold what was acknowledged before. */
  readonly stale: readonly string[];
  /** Calls that failed for good. */
  readonly errors: readonly Exclude<BrokerOutcome, { kind: 'reply' }>[];
  /** The longest time without an acknowledged write. */
  readonly gapMs: number;
}

/**
 * Brokers write while something happens, each value with another call behind it, and each kind of call by
 * turns; resolves with how their calls ended.
 *
 * @param clients addresses of the members, as brokers have them.
 * @param prefix before each key.
 * @param happen gets a look at how many writes were acknowledged so far.
 */
export async function underLoad(
  clients: readonly string[],
  prefix: string,
  happen: (written: () => number) => Promise<void>,
): Promise<BrokerLoad> {
  const { dial, close } = createDial();
  const acknowledged = new Map<string, string>();
  const errors: Exclude<BrokerOutcome, { kind: 'reply' }>[] = [];
  const stale: string[] = [];
  const moments = [performance.now()];
  let stopped = false;
  const use = async (client: number): Promise<void> => {
    const broker = createBrokerClient({ addresses: clients, dial, alarm: systemAlarm });
    /** The reply; undefined when there is none. */
    const call = async (rpc: Rpc, request: object): Promise<object | undefined> => {
      const outcome = await new Promise<BrokerOutcome>((resolve) => {
        broker.call(rpc, request, resolve);
      });
      if (outcome.kind === 'reply') return outcome.reply as object;
      errors.push(outcome);
      return undefined;
    };
    for (let number = 0; !stopped; number++) {
      const [key, value] = [`${prefix}${client}/${number}`, `v${number}`];
      if ((await call('Set', { key, value })) === undefined) continue;
      acknowledged.set(key, value);
      moments.push(performance.now());
      const [rpc, request, expected] = BEHIND[number % BEHIND.length] ?? BEHIND[0];
      const reply = await call(rpc, request(key));
      if (reply !== undefined && !isDeepStrictEqual({ ...reply }, expected(value))) {
        stale.push(`${rpc} ${key}: ${JSON.stringify(reply)}`);
      }
    }
  };
  const writers = Array.from({ length: CLIENTS }, (_, client) => use(client));
  try {
    await happen(() => acknowledged.size);
  } finally {
    stopped = true;
    await Promise.all(writers);
    close();
  }
  return { acknowledged, stale, errors, gapMs: longestGapMs(moments) };
}

/** Calls as the broker's library would: a connection for each address, kept. */
function createDial(): { readonly dial: Dial; readonly close: () => void } {
  const channels = new Map<string, Client>();
  const options = {
    'grpc.initial_reconnect_backoff_ms': 50,
    'grpc.min_reconnect_backoff_ms': 50,
    'grpc.max_reconnect_backoff_ms': 50,
  };
  const channel = (address: string): Client => {
    const known = channels.get(address);
    if (known !== undefined) return known;
    const made = new Client(address, credentials.createInsecure(), options);
    channels.set(address, made);
    return made;
  };
  return {
    dial: (address, rpc, request, done) => {
      const method = METHODS[rpc as Rpc] as Method<unknown, unknown>;
      void attempt(channel(address), address, method, request, LIMIT_MS).then((outcome) => {
        switch (outcome.kind) {
          case 'done':
            done({ kind: 'reply', reply: outcome.response });
            break;
          case 'unreachable':
            done({ kind: 'network', words: `tcp connect error: ${outcome.why}` });
            break;
          case 'lost':
            done({ kind: 'network', words: CUT_OFF });
            break;
          case 'refused':
            done({ kind: 'status', code: outcome.error.code, details: outcome.error.details });
            break;
        }
      });
    },
    close: () => {
      for (const each of channels.values()) each.close();
    },
  };
}
