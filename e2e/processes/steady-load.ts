/** Writes at a steady rate, whatever becomes of the members, to keys that stay the same. */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { createKvClient, type KvClient, type KvOutcome } from './kv.ts';

export interface SteadyLoadSetup {
  readonly endpoints: () => readonly string[];
  /** Before each key. */
  readonly prefix: string;
  readonly keys: number;
  readonly valueBytes: number;
  /** Infinity: as fast as the members answer. */
  readonly writesPerSecond: number;
  /** No more than so many writes are out at once. */
  readonly lanes: number;
  /** Ends by itself after so many acknowledged writes; never when absent. */
  readonly writesMax?: number;
}

export interface SteadyLoad {
  /** How often writes ended in each way so far. */
  readonly counts: Readonly<Record<KvOutcome<unknown>['kind'], number>>;
  /** The numbers of the values that a key may hold: the last acknowledged, and one without an outcome. */
  readonly expected: ReadonlyMap<string, ReadonlySet<number>>;
  /** Resolves when it has ended. */
  readonly ended: Promise<void>;
  /** Ends it after the writes that are out. */
  stop(): Promise<void>;
}

/** Of one attempt. */
const TIMEOUT_MS = 5_000;
/** After an outage no more than this is caught up on: a flood would be another load. */
const CATCH_UP_MS = 1_000;
const SECOND_MS = 1_000;

interface Load {
  readonly setup: SteadyLoadSetup;
  readonly counts: Record<KvOutcome<unknown>['kind'], number>;
  readonly expected: Map<string, ReadonlySet<number>>;
  stopped: boolean;
}

/** Starts it. */
export function startSteadyLoad(setup: SteadyLoadSetup): SteadyLoad {
  const counts = { ok: 0, failed: 0, unknown: 0 };
  const load: Load = { setup, counts, expected: new Map(), stopped: false };
  const lanes = Array.from({ length: setup.lanes }, (_, lane) => drive(load, lane));
  const ended = Promise.all(lanes).then(() => undefined);
  return {
    counts,
    expected: load.expected,
    ended,
    stop: () => {
      load.stopped = true;
      return ended;
    },
  };
}

/** One write after the other, each in its turn; a key belongs to one lane. */
async function drive(load: Load, lane: number): Promise<void> {
  const { endpoints, keys, lanes, writesPerSecond, writesMax = Infinity } = load.setup;
  const client = createKvClient({ endpoints, first: lane, timeoutMs: TIMEOUT_MS });
  const own = Array.from(
    { length: Math.ceil((keys - lane) / lanes) },
    (_, at) => at * lanes + lane,
  );
  const names = own.map(String);
  const periodMs = (lanes * SECOND_MS) / writesPerSecond;
  let dueMs = performance.now() + (periodMs * lane) / lanes;
  for (let number = 0; !load.stopped && load.counts.ok < writesMax; number++) {
    const at = number % own.length;
    const pauseMs = dueMs - performance.now();
    if (pauseMs > 1) await sleep(pauseMs);
    dueMs = Math.max(dueMs + periodMs, performance.now() - CATCH_UP_MS);
    const outcome = await write(load, client, `${load.setup.prefix}${names[at] ?? ''}`, number);
    // It may still be carried out, after later ones: its key is not used again.
    if (outcome.kind === 'unknown') names[at] = `${own[at] ?? 0}.${number}`;
  }
  client.close();
}

async function write(
  { setup, counts, expected }: Load,
  client: KvClient,
  key: string,
  number: number,
): Promise<KvOutcome<unknown>> {
  const outcome = await client.set(key, valueOf(number, setup.valueBytes));
  counts[outcome.kind] += 1;
  switch (outcome.kind) {
    case 'ok':
      expected.set(key, new Set([number]));
      break;
    case 'unknown':
      // Without an acknowledged one before, the key may be missing as well: that says nothing.
      if (expected.has(key)) expected.set(key, new Set([...(expected.get(key) ?? []), number]));
      break;
    case 'failed':
      break;
  }
  return outcome;
}

/** Text that does not get shorter when it is compressed; values are pieces of it. */
const FILLER = randomBytes(1 << 20).toString('base64');

function valueOf(number: number, bytes: number): string {
  const begin = (number * 4_099) % (FILLER.length - bytes);
  return `${number} ${FILLER.slice(begin, begin + bytes)}`.slice(0, bytes);
}

/** Those keys whose value in `rows` is none of the expected. */
export const lostOf = (
  { expected }: Pick<SteadyLoad, 'expected'>,
  rows: ReadonlyMap<string, string>,
  rowOf: (key: string) => string,
): readonly string[] =>
  [...expected.keys()].filter((key) => {
    const number = Number.parseInt(rows.get(rowOf(key)) ?? '', 10);
    return !expected.get(key)?.has(number);
  });
