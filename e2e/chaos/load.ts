/** Clients that use the cluster while it suffers, and write down what they see. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Operation } from '../../server/sim/clients/operation.ts';
import type { TimedOperation } from '../../server/sim/linearizability/history.ts';
import { createPrng, type Prng } from '../../server/sim/prng.ts';
import { createKvClient, type KvClient, type KvOutcome } from '../processes/kv.ts';

export interface Load {
  readonly operations: () => readonly TimedOperation[];
  readonly acknowledged: ReadonlyMap<string, string>;
  /** How often calls ended in each way. */
  readonly counts: Readonly<Record<KvOutcome<unknown>['kind'], number>>;
  /** Moments of acknowledged writes, in ms since the clients began. */
  readonly writeMoments: readonly number[];
  /** Notes reads of all shared keys, of a state that holds everything. */
  readFinally(valueOf: (key: string) => string): void;
  /** Ends the clients after the calls that are out. */
  stop(): Promise<void>;
}

export interface LoadSetup {
  readonly seed: number;
  readonly clients: number;
  readonly endpoints: () => readonly string[];
}

/**
 * Some clients wait for an answer as long as it may take; the others soon turn to another member, so
 * that a new leader is found while the old one is stopped.
 */
const TIMEOUTS_MS = [6_000, 700];
const PAUSE_MS_MAX = 30;
/** Shared keys are few at a time, so that clients meet; and not for long, so that the check is quick. */
const KEYS_AT_ONCE = 5;
const OPERATIONS_OF_A_GENERATION = 1_500;

interface Book {
  readonly operations: Map<number, TimedOperation>;
  readonly acknowledged: Map<string, string>;
  readonly counts: Record<KvOutcome<unknown>['kind'], number>;
  readonly beginMs: number;
  readonly writeMoments: number[];
  nextMoment: number;
  nextId: number;
}

/** Starts clients that read and write over all members. */
export function startLoad({ seed, clients, endpoints }: LoadSetup): Load {
  const book: Book = {
    operations: new Map(),
    acknowledged: new Map(),
    counts: { ok: 0, failed: 0, unknown: 0 },
    beginMs: performance.now(),
    writeMoments: [0],
    nextMoment: 0,
    nextId: 0,
  };
  let stopped = false;

  async function run(client: number): Promise<void> {
    const random = createPrng(seed, `client ${client}`);
    const timeoutMs = TIMEOUTS_MS[client % TIMEOUTS_MS.length] ?? 0;
    const kv = createKvClient({ endpoints, first: client, timeoutMs });
    for (let number = 0; !stopped; number++) {
      if (random.chance(0.3)) await writeOnce(book, kv, `once/${client}/${number}`);
      else await share(book, kv, random, client);
      await sleep(random.below(PAUSE_MS_MAX));
    }
    kv.close();
  }

  const all = Array.from({ length: clients }, (_, client) => run(client));
  return {
    operations: () =>
      [...book.operations.values()].filter(
        ({ operation, returned }) => returned !== Infinity || operation.kind !== 'get',
      ),
    acknowledged: book.acknowledged,
    counts: book.counts,
    writeMoments: book.writeMoments,
    readFinally: (valueOf) => {
      for (const key of new Set([...book.operations.values()].map((each) => each.operation.key))) {
        const id = invoke(book, -1, { kind: 'get', key });
        settle(book, id, { kind: 'ok', reply: valueOf(key), endpoint: '' });
      }
    },
    stop: async () => {
      stopped = true;
      await Promise.all(all);
    },
  };
}

/** A key of its own for each write: none that was acknowledged may be missing at the end. */
async function writeOnce(book: Book, kv: KvClient, key: string): Promise<void> {
  const value = `value of ${key}`;
  const outcome = await kv.set(key, value);
  count(book, outcome, true);
  if (outcome.kind === 'ok') book.acknowledged.set(key, value);
}

/** An operation on a key that other clients use at the same time. */
async function share(book: Book, kv: KvClient, random: Prng, client: number): Promise<void> {
  const generation = Math.floor(book.nextId / OPERATIONS_OF_A_GENERATION);
  const key = `shared/${generation}/${random.below(KEYS_AT_ONCE)}`;
  const operation = choose(book, random, key);
  const id = invoke(book, client, operation);
  const outcome = await carryOut(kv, operation);
  count(book, outcome, operation.kind !== 'get');
  settle(book, id, outcome);
}

type Shared = Extract<Operation, { readonly kind: 'put' | 'get' }>;

function choose({ nextId }: Book, random: Prng, key: string): Shared {
  if (random.chance(0.5)) return { kind: 'get', key };
  // Deleting is putting nothing; other values are never written twice.
  return { kind: 'put', key, value: random.chance(0.1) ? '' : `v${nextId}` };
}

async function carryOut(kv: KvClient, operation: Shared): Promise<KvOutcome<string | undefined>> {
  switch (operation.kind) {
    case 'get':
      return kv.get(operation.key);
    case 'put': {
      const { key, value } = operation;
      const outcome = value === '' ? await kv.delete(key) : await kv.set(key, value);
      return outcome.kind === 'ok' ? { ...outcome, reply: undefined } : outcome;
    }
  }
}

function invoke(book: Book, client: number, operation: Operation): number {
  const id = book.nextId++;
  const invoked = book.nextMoment++;
  book.operations.set(id, {
    ...{ id, client, operation, invoked },
    ...{ returned: Infinity, result: undefined },
  });
  return id;
}

function settle(book: Book, id: number, outcome: KvOutcome<string | undefined>): void {
  const returned = book.nextMoment++;
  const open = book.operations.get(id);
  if (open === undefined) return;
  switch (outcome.kind) {
    case 'ok':
      book.operations.set(id, { ...open, returned, result: outcome.reply });
      break;
    case 'failed':
      book.operations.delete(id);
      break;
    case 'unknown':
      break;
  }
}

function count(book: Book, { kind }: KvOutcome<unknown>, isWrite: boolean): void {
  book.counts[kind] += 1;
  if (isWrite && kind === 'ok') book.writeMoments.push(performance.now() - book.beginMs);
}
