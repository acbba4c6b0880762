/** The KV calls of a client, made in the way of brokers. */
import { createMetaCalls } from '../../broker/meta-calls.ts';
import { MetaServiceServiceService as Kv } from '../../../proto/gen/meta/common.ts';
import type { Outcome } from './line.ts';

/** For a client that makes one call at a time. */
export interface KvCalls {
  set(key: string, value: string): Promise<Outcome>;
  get(key: string): Promise<Outcome>;
  /** The values of all keys that begin so. Rejects when that cannot be told. */
  valuesOf(prefix: string): Promise<readonly string[]>;
}

interface Method<Request, Reply> {
  readonly path: string;
  readonly requestSerialize: (request: Request) => Buffer;
  readonly responseDeserialize: (bytes: Buffer) => Reply;
}

/** @param callMsMax undefined: as patient as brokers are. */
export function createKvCalls(
  addresses: readonly string[],
  callMsMax: number | undefined,
): KvCalls {
  let attempts = 0;
  const count = (): Promise<void> => {
    attempts += 1;
    return Promise.resolve();
  };
  const calls = createMetaCalls({ clear: count, callMsMax });

  async function call<Request, Reply>(
    { path, requestSerialize, responseDeserialize }: Method<Request, Reply>,
    request: Request,
  ): Promise<{ readonly reply: Reply } | { readonly why: string }> {
    attempts = 0;
    const outcome = await calls.call(addresses, path, requestSerialize(request));
    if (outcome.kind === 'failed') return { why: outcome.text };
    const [message = Buffer.alloc(0)] = outcome.messages;
    return { reply: responseDeserialize(message) };
  }

  return {
    set: async (key, value) => {
      const answer = await call(Kv.set, { key, value });
      return 'why' in answer ? { ok: false, why: answer.why, attempts } : { ok: true, attempts };
    },
    get: async (key) => {
      const answer = await call(Kv.get, { key });
      return 'why' in answer
        ? { ok: false, why: answer.why }
        : { ok: true, value: answer.reply.value };
    },
    valuesOf: async (prefix) => {
      const answer = await call(Kv.getPrefix, { prefix });
      if ('why' in answer) throw new Error(answer.why);
      return answer.reply.values;
    },
  };
}
