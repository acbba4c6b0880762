/**
 * A program in a pod: clients that write and read, and say what they do and what they are answered.
 * Told to end, it reads once more what is there, and leaves.
 *
 * main.js WAY ADDRESS…
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { CLIENTS, type Client } from './clients.ts';
import { createKvCalls, type KvCalls } from './kv.ts';
import type { Call, Line, Outcome } from './line.ts';

const PAUSE_MS_MAX = 60;
/** Calls that fail at once must not become a flood, nor many writes that nobody knows about. */
const PAUSE_AFTER_FAILURE_MS = 100;
/** Shared keys are few at a time, so that clients meet; and not for long, so that the check is quick. */
const KEYS_AT_ONCE = 3;
const GENERATION_US = 5_000_000;
const FINAL_LIMIT_MS = 30_000;

const [way = '', ...addresses] = process.argv.slice(2);
let lastId = 0;
let ending = false;

const nowUs = (): number => Number(process.hrtime.bigint() / 1_000n);
const say = (line: Line): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

function choose(writes: boolean): Call {
  const id = lastId + 1;
  const value = `${way}-${id}`;
  // Its value names it.
  if (writes && Math.random() < 0.5) return { kind: 'once', key: `once/${value}`, value };
  const generation = Math.floor(nowUs() / GENERATION_US);
  const key = `shared/${generation}/${Math.floor(Math.random() * KEYS_AT_ONCE)}`;
  return writes ? { kind: 'put', key, value } : { kind: 'get', key };
}

const carryOut = (kv: KvCalls, call: Call): Promise<Outcome> =>
  call.kind === 'get' ? kv.get(call.key) : kv.set(call.key, call.value);

async function run(client: number, { writes, callMsMax }: Client): Promise<void> {
  const kv = createKvCalls(addresses, callMsMax);
  while (!ending) {
    const call = choose(writes);
    const id = (lastId += 1);
    say({ at: nowUs(), id, client, call });
    const outcome = await carryOut(kv, call);
    say({ at: nowUs(), id, outcome });
    await sleep(outcome.ok ? Math.random() * PAUSE_MS_MAX : PAUSE_AFTER_FAILURE_MS);
  }
}

/** All that was written once. Rejects when nobody answers for long. */
async function readFinally(): Promise<Line> {
  const kv = createKvCalls(addresses, undefined);
  const limitMs = performance.now() + FINAL_LIMIT_MS;
  for (;;) {
    const asked = nowUs();
    try {
      const found = await kv.valuesOf('once/');
      return { at: nowUs(), asked, found };
    } catch (error) {
      if (performance.now() > limitMs) throw error;
      await sleep(PAUSE_AFTER_FAILURE_MS);
    }
  }
}

process.once('SIGTERM', () => {
  ending = true;
});
await Promise.all(CLIENTS.map((client, at) => run(at, client)));
const last = await readFinally();
process.stdout.write(`${JSON.stringify(last)}\n`, () => process.exit(0));
