/**
 * What is due for the sessions of clients, in the order of time: their end, and the publication of
 * their wills. It counts from when a command was proposed, in replicated time.
 */
import { choice, option, string, struct, u64 } from '../../codec/layout/layout.ts';
import type { Infer } from '../../codec/layout/layout.ts';
import { resource } from '../resources/resource.ts';
import type { Records } from '../resources/resource.ts';

/** Due at one moment, the will is published before the session ends. */
const TimerKind = choice('TimerKind', 'lastWill', 'session');

/** All digits of the latest time there is, so that texts are in the order of numbers. */
const TIME_DIGITS = 20;

/** Set by {@link setTimers} alone. */
export const timer = resource({
  table: 'timer',
  layout: struct('Timer', { due_ms: u64, kind: TimerKind, tenant: string, client_id: string }),
  key: [
    { name: 'due_ms', of: ({ due_ms }) => String(due_ms).padStart(TIME_DIGITS, '0') },
    'kind',
    'tenant',
    'client_id',
  ],
});

/** A process of a broker, and how often its node had registered when it was lost. */
const Lost = struct('Lost', { node_id: u64, start_time: u64, registration: u64 });

const SessionTimers = struct('SessionTimers', {
  tenant: string,
  client_id: string,
  /** When they are due; none: there is no such timer. */
  session_ms: option(u64),
  will_ms: option(u64),
  /** The process that the client was connected to when it was lost; should it come back, the client is still there. */
  orphan_of: option(Lost),
});
export type SessionTimers = Infer<typeof SessionTimers>;

/** The timers of each session that has any. */
export const sessionTimers = resource({
  table: 'sessionTimers',
  layout: SessionTimers,
  key: ['tenant', 'client_id'],
});

/** Puts these in the place of all timers that the session has. */
export function setTimers(records: Records, after: SessionTimers): void {
  const { tenant, client_id, session_ms, will_ms } = after;
  const before = records.get(sessionTimers, [tenant, client_id]);
  for (const each of before === undefined ? [] : timersOf(before)) records.remove(timer, each);
  for (const each of timersOf(after)) records.put(timer, each);
  if (session_ms !== undefined || will_ms !== undefined) records.put(sessionTimers, after);
  else if (before !== undefined) records.remove(sessionTimers, before);
}

export const timersFor = (
  records: Pick<Records, 'get'>,
  { tenant, client_id }: Pick<SessionTimers, 'client_id' | 'tenant'>,
): SessionTimers =>
  records.get(sessionTimers, [tenant, client_id]) ?? noTimers({ tenant, client_id });

/** Nothing is due for it. */
export const noTimers = ({
  tenant,
  client_id,
}: Pick<SessionTimers, 'client_id' | 'tenant'>): SessionTimers => ({
  tenant,
  client_id,
  session_ms: undefined,
  will_ms: undefined,
  orphan_of: undefined,
});

export type Timer = Infer<typeof timer.layout>;

function timersOf({ tenant, client_id, session_ms, will_ms }: SessionTimers): readonly Timer[] {
  const timers: Timer[] = [];
  if (will_ms !== undefined) timers.push({ due_ms: will_ms, kind: 'lastWill', tenant, client_id });
  if (session_ms !== undefined) {
    timers.push({ due_ms: session_ms, kind: 'session', tenant, client_id });
  }
  return timers;
}

/** So many seconds after a moment, as late as can be said at most. */
export function afterSeconds(fromMs: number, seconds: bigint): bigint {
  const dueMs = BigInt(fromMs) + seconds * 1_000n;
  return dueMs > u64.max ? u64.max : dueMs;
}
