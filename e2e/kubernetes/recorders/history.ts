/** What recorders have said, as one history; pure. */
import type { TimedOperation } from '../../../server/sim/linearizability/history.ts';
import { isPatient } from './clients.ts';
import type { Call, Line, Outcome, Way } from './line.ts';

export interface History {
  /** Of keys that all clients use, in one order for both ways. */
  readonly operations: readonly TimedOperation[];
  /** Keys written once that were acknowledged, and are missing in a later read of all of them. */
  readonly lost: readonly string[];
  /** Moments of acknowledged writes, in ms of the recorders' clock, by way. */
  readonly writeMomentsMs: Readonly<Record<Way, readonly number[]>>;
  /** Writes that failed after as many attempts as a broker makes, in the order of time. */
  readonly failedWrites: readonly FailedWrite[];
  readonly counts: {
    readonly acknowledged: number;
    readonly read: number;
    /** Calls that failed, with how often, by what was said. */
    readonly failed: ReadonlyMap<string, number>;
  };
}

export interface FailedWrite {
  readonly way: Way;
  /** When it was tried first, in ms of the recorders' clock. */
  readonly atMs: number;
  readonly why: string;
}

interface Made {
  readonly way: Way;
  readonly client: number;
  readonly call: Call;
  readonly invokedUs: number;
  readonly outcome?: Outcome;
  readonly returnedUs: number;
}

/** Clients are numbered within their way. */
const CLIENTS_OF_A_WAY = 100;
const US_OF_A_MS = 1_000;

export function historyOf(lines: Readonly<Record<Way, readonly Line[]>>): History {
  const ways = Object.entries(lines) as [Way, readonly Line[]][];
  const made = ways.flatMap(([way, said]) => callsOf(way, said));
  return {
    operations: operationsOf(made),
    lost: ways.flatMap(([, said]) => lostBy(said, made)),
    writeMomentsMs: { members: momentsOf(made, 'members'), service: momentsOf(made, 'service') },
    failedWrites: failedWritesOf(made),
    counts: {
      acknowledged: made.filter(isAcknowledged).length,
      read: made.filter(({ call, outcome }) => call.kind === 'get' && outcome?.ok).length,
      failed: failuresOf(made),
    },
  };
}

function callsOf(way: Way, lines: readonly Line[]): readonly Made[] {
  const calls = new Map<number, Made>();
  for (const line of lines) {
    if ('call' in line) {
      const { at: invokedUs, id, client, call } = line;
      calls.set(id, { way, client, call, invokedUs, returnedUs: Infinity });
    } else if ('outcome' in line) {
      const call = calls.get(line.id);
      if (call !== undefined) {
        calls.set(line.id, { ...call, outcome: line.outcome, returnedUs: line.at });
      }
    }
  }
  return [...calls.values()];
}

const isAcknowledged = ({ call, outcome }: Made): boolean =>
  call.kind !== 'get' && outcome?.ok === true;

/**
 * Reads without an answer tell nothing. A write without one may take effect at any later time, and so
 * may each attempt but the one that was answered; those that nobody read may as well never have.
 */
function operationsOf(made: readonly Made[]): readonly TimedOperation[] {
  const gets = made.filter(({ call, outcome }) => call.kind === 'get' && outcome?.ok);
  const read = new Set(gets.map(({ outcome }) => outcome?.ok === true && outcome.value));
  const puts = made.filter(({ call }) => call.kind === 'put');
  const shared = [
    ...gets,
    ...puts.filter(isAcknowledged),
    ...puts.filter(({ call }) => read.has(valueOf(call))).flatMap(unanswered),
  ];
  const place = placesOf(shared);
  return shared.map(({ way, client, call, outcome, invokedUs, returnedUs }, id) => ({
    id,
    client: (way === 'members' ? 0 : CLIENTS_OF_A_WAY) + client,
    operation:
      call.kind === 'get'
        ? { kind: 'get', key: call.key }
        : { kind: 'put', key: call.key, value: call.value },
    invoked: place(invokedUs, false),
    returned: outcome?.ok === true ? place(returnedUs, true) : Infinity,
    result: call.kind === 'get' && outcome?.ok === true ? (outcome.value ?? '') : undefined,
  }));
}

function unanswered(write: Made): readonly Made[] {
  const { outcome, ...rest } = write;
  const count = (outcome?.attempts ?? 1) - (isAcknowledged(write) ? 1 : 0);
  return Array.from({ length: count }, () => ({ ...rest, returnedUs: Infinity }));
}

/**
 * Places of moments in the order of all. What was invoked in the µs in which something else returned
 * counts as earlier: nobody can tell.
 */
function placesOf(made: readonly Made[]): (us: number, returned: boolean) => number {
  const order = (us: number, returned: boolean): number => us * 2 + (returned ? 1 : 0);
  const moments = made.flatMap(({ invokedUs, returnedUs }) => [
    order(invokedUs, false),
    order(returnedUs, true),
  ]);
  const places = new Map(
    [...new Set(moments)].sort((one, other) => one - other).map((moment, at) => [moment, at]),
  );
  return (us, returned) => places.get(order(us, returned)) ?? Infinity;
}

function lostBy(lines: readonly Line[], made: readonly Made[]): readonly string[] {
  const last = lines.findLast((line) => 'found' in line);
  if (last === undefined) return [];
  const found = new Set(last.found);
  return made
    .filter((each) => each.call.kind === 'once' && isAcknowledged(each))
    .filter(({ call, returnedUs }) => returnedUs < last.asked && !found.has(valueOf(call)))
    .map(({ call }) => call.key);
}

const valueOf = (call: Call): string => (call.kind === 'get' ? '' : call.value);

const momentsOf = (made: readonly Made[], of: Way): readonly number[] =>
  made
    .filter((each) => each.way === of && isAcknowledged(each))
    .map(({ returnedUs }) => returnedUs / US_OF_A_MS)
    .sort((one, other) => one - other);

const failedWritesOf = (made: readonly Made[]): readonly FailedWrite[] =>
  made
    .filter(({ client, call }) => call.kind !== 'get' && isPatient(client))
    .flatMap(({ way, outcome, invokedUs }) =>
      outcome?.ok === false ? { way, atMs: invokedUs / US_OF_A_MS, why: outcome.why } : [],
    )
    .sort((one, other) => one.atMs - other.atMs);

function failuresOf(made: readonly Made[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { outcome } of made) {
    if (outcome?.ok !== false) continue;
    counts.set(outcome.why, (counts.get(outcome.why) ?? 0) + 1);
  }
  return counts;
}
