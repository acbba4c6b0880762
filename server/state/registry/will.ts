/** Wills that are to be published: each is kept until one broker has said that it did. */
import { list, string, struct, u32 } from '../../codec/layout/layout.ts';
import type { Infer } from '../../codec/layout/layout.ts';
import { plainOperation } from '../resources/operation.ts';
import { removeAt } from '../resources/records.ts';
import { resource } from '../resources/resource.ts';
import type { Records } from '../resources/resource.ts';
import { groupUse } from './group-use.ts';
import { node } from './node.ts';
import { session, stopTimers, subscribe } from './session.ts';
import { sessionTimers, setTimers, timer, timersFor } from './timer.ts';
import type { SessionTimers, Timer } from './timer.ts';

/** Where a client's last will is, in the storage of brokers, is known by its name. */
const Will = struct('Will', {
  /** No other one has it, and it is in the order in which they were due. */
  id: string,
  tenant: string,
  client_id: string,
});
export type Will = Infer<typeof Will>;

export const will = resource({ table: 'will', layout: Will, key: ['id'] });

export const fireTimers = plainOperation({
  name: 'timer.fire',
  since: 4,
  does: 'ends sessions whose time is over, and takes wills down to be published, as many as are due',
  changes: [timer, sessionTimers, session, subscribe, groupUse, will, node],
  tells: ['Session/Delete'],
  args: struct('Fired', { most: u32 }),
  apply: (records, { most }) => {
    const nowMs = BigInt(records.nowMs());
    const due = [];
    for (const each of records.list(timer, [])) {
      if (due.length === most || each.due_ms > nowMs) break;
      due.push(each);
    }
    for (const [place, { kind, due_ms, ...of }] of due.entries()) {
      const timers = timersFor(records, of);
      // One that went off before may have ended it.
      if (timeOf(kind, timers) !== due_ms) continue;
      if (isBack(records, timers)) stopTimers(records, of);
      else if (kind === 'session') endSession(records, timers);
      else {
        setTimers(records, { ...timers, will_ms: undefined });
        const { tenant, client_id } = of;
        records.put(will, { id: idOf(records.index, place), tenant, client_id });
      }
    }
    return undefined;
  },
});

/** Whether a timer whose time has come brings anything about: it is called off where the client is back. */
export function goesOff(records: Pick<Records, 'get'>, { kind, due_ms, ...of }: Timer): boolean {
  const timers = timersFor(records, of);
  return timeOf(kind, timers) === due_ms && !isBack(records, timers);
}

const timeOf = (kind: Timer['kind'], { session_ms, will_ms }: SessionTimers): bigint | undefined =>
  kind === 'session' ? session_ms : will_ms;

/** The process is registered whose loss the client was taken for lost with. */
function isBack(records: Pick<Records, 'get'>, { orphan_of }: SessionTimers): boolean {
  if (orphan_of === undefined) return false;
  const { node_id, start_time } = orphan_of;
  return records.get(node, [String(node_id)])?.start_time === start_time;
}

function endSession(records: Records, timers: SessionTimers): void {
  const { tenant, client_id } = timers;
  removeAt(records, session, [tenant, client_id]);
  setTimers(records, { ...timers, session_ms: undefined });
}

const INDEX_DIGITS = 16;
const PLACE_DIGITS = 6;
const idOf = (index: number, place: number): string =>
  `${String(index).padStart(INDEX_DIGITS, '0')}-${String(place).padStart(PLACE_DIGITS, '0')}`;

export const forgetWills = plainOperation({
  name: 'will.forget',
  since: 4,
  does: 'forgets wills that were published',
  changes: [will],
  tells: [],
  args: list(string),
  apply: (records, ids) => {
    for (const id of ids) removeAt(records, will, [id]);
    return undefined;
  },
});
