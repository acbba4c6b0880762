/** Brokers that write while something happens to the members, with the retries of RobustMQ v0.4.11. */
import { Client, credentials } from '@grpc/grpc-js';
import { MetaServiceServiceService as Kv } from '../../proto/gen/meta/common.ts';
import { attempt } from '../../server/cli/attempt.ts';
import { systemAlarm } from '../../server/services/alarm.ts';
import { createBrokerClient } from '../../server/services/testing/broker-client.ts';
import type { BrokerOutcome, Dial } from '../../server/services/testing/broker-client.ts';
import { longestGapMs } from './writers.ts';

/** How many write, each one call at a time. */
export const CLIENTS = 8;
const LIMIT_MS = 8_000;
/** What becomes of a call that was under way to a member that ended: nobody knows, so none is made again. */
export const CUT_OFF = 'transport error: cut off in mid-flight';

export interface BrokerLoad {
  /** Values by key. */
  readonly acknowledged: ReadonlyMap<string, string>;
  /** Calls that failed for good. */
  readonly errors: readonly Exclude<BrokerOutcome, { kind: 'reply' }>[];
  /** The longest time without an acknowledged write. */
  readonly gapMs: number;
}

/**
 * Brokers write while something happens; resolves with how their calls ended.
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
  const moments = [performance.now()];
  let stopped = false;
  const write = async (client: number): Promise<void> => {
    const broker = createBrokerClient({ addresses: clients, dial, alarm: systemAlarm });
    for (let number = 0; !stopped; number++) {
      const [key, value] = [`${prefix}${client}/${number}`, `v${number}`];
      const outcome = await new Promise<BrokerOutcome>((resolve) => {
        broker.call('Set', { key, value }, resolve);
      });
      if (outcome.kind === 'reply') {
        acknowledged.set(key, value);
        moments.push(performance.now());
      } else errors.push(outcome);
    }
  };
  const writers = Array.from({ length: CLIENTS }, (_, client) => write(client));
  try {
    await happen(() => acknowledged.size);
  } finally {
    stopped = true;
    await Promise.all(writers);
    close();
  }
  return { acknowledged, errors, gapMs: longestGapMs(moments) };
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
    dial: (address, _rpc, request, done) => {
      const write = request as { key: string; value: string };
      void attempt(channel(address), address, Kv.set, write, LIMIT_MS).then((outcome) => {
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
