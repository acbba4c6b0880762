/** Sessions of MQTT clients, and what these subscribe to. */
import { list, string } from '../../codec/layout/layout.ts';
import { MqttSession } from '../../codec/robustmq/session.ts';
import { MqttSubscribe } from '../../codec/robustmq/subscribe.ts';
import { plainOperation } from '../resources/operation.ts';
import { tell } from '../resources/push.ts';
import { cascadeTo, resource } from '../resources/resource.ts';
import type { Records } from '../resources/resource.ts';
import { endingUses, groupUse, noteUses, usesOfSubscription } from './group-use.ts';
import { afterSeconds, noTimers, sessionTimers, setTimers, timer, timersFor } from './timer.ts';
import type { SessionTimers } from './timer.ts';

export const subscribe = resource({
  table: 'subscribe',
  layout: MqttSubscribe,
  key: ['client_id', 'path'],
  told: tell('Subscribe', { loaded: false }),
  missing: 'subscribeMissing',
  cascade: endingUses(usesOfSubscription),
});

export const putSubscribes = plainOperation({
  name: 'subscribe.put',
  does: 'puts subscribe; what is there is replaced',
  changes: [subscribe, groupUse],
  tells: ['Subscribe/Create'],
  args: list(MqttSubscribe),
  apply: (records, all) => {
    for (const each of all) {
      const before = records.get(subscribe, subscribe.keyOf(each));
      noteUses(records, before ? usesOfSubscription(before) : [], usesOfSubscription(each));
      records.put(subscribe, each);
    }
    return undefined;
  },
});

export const session = resource({
  table: 'session',
  layout: MqttSession,
  key: ['tenant', 'client_id'],
  told: tell('Session', { loaded: false }),
  cascade: cascadeTo(
    subscribe,
    ({ client_id }: MqttSession) => [client_id],
    // Clients of two tenants may have one name, which is all that a subscription is found by.
    (subscription, { tenant }) => subscription.tenant === tenant,
  ),
});

export const putSessions = plainOperation({
  name: 'session.put',
  does: 'puts sessions; of one without a connection the time begins to run, and that of its will',
  changes: [session, sessionTimers, timer],
  tells: ['Session/Create'],
  args: list(MqttSession),
  apply: (records, sessions) => {
    for (const each of sessions) {
      const isRepeated = isDisconnected(each) && isSame(each, stored(records, each));
      records.put(session, each);
      if (!isDisconnected(each)) stopTimers(records, each);
      // A will whose time has come since would be published again.
      else if (!isRepeated) startTimers(records, each);
    }
    return undefined;
  },
});

export const removeSessions = plainOperation({
  name: 'session.remove',
  does: 'deletes sessions, and with them subscribe; what is not there is ignored. The will of one is published after its delay',
  changes: [session, subscribe, groupUse, sessionTimers, timer],
  tells: ['Session/Delete'],
  args: list(list(string)),
  apply: (records, keys) => {
    for (const key of keys) {
      const before = records.get(session, key);
      if (before === undefined) continue;
      records.remove(session, before);
      const { will_ms: pending } = timersFor(records, before);
      const will_ms = before.is_contain_last_will
        ? earliest(pending, afterSeconds(records.nowMs(), before.last_will_delay_interval ?? 0n))
        : pending;
      setTimers(records, { ...noTimers(before), will_ms });
    }
    return undefined;
  },
});

/** As brokers say it when they have lost a client. */
const isDisconnected = ({ connection_id, broker_id, distinct_time }: MqttSession): boolean =>
  connection_id === undefined && broker_id === undefined && distinct_time !== undefined;

const stored = (records: Pick<Records, 'get'>, each: MqttSession): MqttSession | undefined =>
  records.get(session, session.keyOf(each));

/** A broker that had no answer tells the same loss again, with the time at which it saw it. */
const isSame = (one: MqttSession, other: MqttSession | undefined): boolean =>
  other !== undefined &&
  (Object.keys(one) as (keyof MqttSession)[]).every((name) => one[name] === other[name]);

/** From now on the session is without its client. */
export function startTimers(
  records: Records,
  each: MqttSession,
  orphan_of?: SessionTimers['orphan_of'],
): void {
  const nowMs = records.nowMs();
  const session_ms = afterSeconds(nowMs, each.session_expiry_interval);
  const will_ms = each.is_contain_last_will
    ? earliest(session_ms, afterSeconds(nowMs, each.last_will_delay_interval ?? 0n))
    : undefined;
  setTimers(records, { ...noTimers(each), session_ms, will_ms, orphan_of });
}

/** Its client is there, or the session is not. */
export function stopTimers(records: Records, each: Name): void {
  if (records.get(sessionTimers, [each.tenant, each.client_id]) === undefined) return;
  setTimers(records, noTimers(each));
}

type Name = Pick<MqttSession, 'client_id' | 'tenant'>;

const earliest = (one: bigint | undefined, other: bigint): bigint =>
  one !== undefined && one < other ? one : other;
