/** Who uses share groups: one whose messages all stopped long ago may still have consumers. */
import { choice, string, struct } from '../../codec/layout/layout.ts';
import type { Infer } from '../../codec/layout/layout.ts';
import type { ShareGroupMember } from '../../codec/robustmq/share-group.ts';
import type { MqttSubscribe } from '../../codec/robustmq/subscribe.ts';
import { removeAt } from '../resources/records.ts';
import { resource } from '../resources/resource.ts';
import type { Cascade, Records } from '../resources/resource.ts';

const GroupUse = struct('GroupUse', {
  tenant: string,
  group_name: string,
  kind: choice('GroupUseKind', 'member', 'subscription'),
  /** What tells it from all others of its kind. */
  by: string,
});
type GroupUse = Infer<typeof GroupUse>;

/** By group, be it there or not. */
export const groupUse = resource({
  table: 'groupUse',
  layout: GroupUse,
  key: ['tenant', 'group_name', 'kind', 'by'],
});

export const isGroupUsed = (records: Pick<Records, 'list'>, tenant: string, group: string) => {
  for (const use of records.list(groupUse, [tenant, group])) return use.group_name === group;
  return false;
};

/**
 * A subscription to `$share/<group>/<filter>` uses the group `<group>/<filter>`. Brokers know
 * `$queue/<filter>` as well, and what they call its group is not known: any of two names.
 */
export function usesOfSubscription({ tenant, client_id, path }: MqttSubscribe) {
  const [, kind, rest] = /^\$(share|queue)\/(.*)$/s.exec(path) ?? [];
  const groups = rest === undefined ? [] : kind === 'queue' ? [rest, path] : [rest];
  const by = JSON.stringify([client_id, path]);
  return groups.map((group_name): GroupUse => ({ tenant, group_name, kind: 'subscription', by }));
}

export function usesOfMember(member: ShareGroupMember): readonly GroupUse[] {
  const { tenant, group_name, broker_id, connect_id, sid } = member;
  const by = JSON.stringify([String(broker_id), String(connect_id), sid]);
  return [{ tenant, group_name, kind: 'member', by }];
}

/** Puts the uses of a record in the place of those of the one before. */
export function noteUses(
  records: Records,
  before: readonly GroupUse[],
  after: readonly GroupUse[],
): void {
  for (const each of before) removeAt(records, groupUse, groupUse.keyOf(each));
  for (const each of after) records.put(groupUse, each);
}

/** Uses end with what they are uses of. */
export const endingUses = <Value>(
  usesOf: (value: Value) => readonly GroupUse[],
): Cascade<Value> => ({
  to: groupUse,
  run: (records, value) => noteUses(records, usesOf(value), []),
});
