/**
 * Processes of brokers that are gone. Who was connected to one has lost its connection, of which
 * nobody else will tell: the time of its session begins to run, and that of its will.
 */
import { list, string, struct, u64 } from '../../codec/layout/layout.ts';
import type { Infer } from '../../codec/layout/layout.ts';
import type { BrokerNode } from '../../codec/robustmq/node.ts';
import type { MqttSession } from '../../codec/robustmq/session.ts';
import { plainOperation } from '../resources/operation.ts';
import { removeAt } from '../resources/records.ts';
import { resource } from '../resources/resource.ts';
import type { Records } from '../resources/resource.ts';
import { registrationsOf } from './epoch.ts';
import { node } from './node.ts';
import { session, startTimers } from './session.ts';
import { sessionTimers, timer, timersFor } from './timer.ts';

const Departure = struct('Departure', {
  node_id: u64,
  start_time: u64,
  /** How often the node had registered by then: a process that comes back may be lost again. */
  registration: u64,
});
export type Departure = Infer<typeof Departure>;

/** Kept until no session is left that was not looked at. */
export const departure = resource({
  table: 'departure',
  layout: Departure,
  key: ['node_id', 'start_time'],
});

/** A process is gone, or another one has taken its place. */
export const noteDeparture = (records: Records, { node_id, start_time }: BrokerNode): void =>
  records.put(departure, {
    ...{ node_id, start_time },
    registration: registrationsOf(records, node_id),
  });

/** It was taken for gone, and is not. */
export const noteReturn = (records: Records, { node_id, start_time }: BrokerNode): void =>
  removeAt(records, departure, [String(node_id), String(start_time)]);

/** Whether the client of a session was connected to the process, and nothing is due for it since this loss. */
export function isOrphan(records: Pick<Records, 'get'>, each: MqttSession, of: Departure): boolean {
  if (each.broker_id !== of.node_id) return false;
  const now = records.get(node, [String(of.node_id)]);
  // Both by the clock of the broker's machine. Of a process that starts nobody is connected yet.
  if (now !== undefined && (each.reconnect_time ?? each.create_time) >= now.start_time)
    return false;
  const { session_ms, orphan_of } = timersFor(records, each);
  return session_ms === undefined || (orphan_of !== undefined && isEarlier(orphan_of, of));
}

/** The process was back in between, and with it whoever was connected to it. */
const isEarlier = (one: Departure, other: Departure): boolean =>
  one.start_time === other.start_time && one.registration < other.registration;

const isNoted = (records: Pick<Records, 'get'>, of: Departure): boolean =>
  records.get(departure, departure.keyOf(of))?.registration === of.registration;

export const orphanSessions = plainOperation({
  name: 'session.orphan',
  since: 4,
  does: 'lets the time run of sessions whose clients were connected to a process that is gone',
  changes: [session, sessionTimers, timer, departure, node],
  tells: [],
  args: struct('Orphans', { of: Departure, sessions: list(list(string)) }),
  apply: (records, { of, sessions }) => {
    if (!isNoted(records, of)) return undefined;
    for (const key of sessions) {
      const each = records.get(session, key);
      if (each !== undefined && isOrphan(records, each, of)) startTimers(records, each, of);
    }
    return undefined;
  },
});

export const endDepartures = plainOperation({
  name: 'departure.end',
  since: 4,
  does: 'forgets processes that are gone, when nobody is left who was connected to them',
  changes: [departure],
  tells: [],
  args: list(Departure),
  apply: (records, all) => {
    for (const each of all) {
      // The process may be lost once more since they were looked at.
      if (isNoted(records, each)) removeAt(records, departure, departure.keyOf(each));
    }
    return undefined;
  },
});
