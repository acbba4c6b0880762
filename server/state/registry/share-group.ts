/** Groups of consumers that share messages, of any protocol, and who is in them. */
import { string, struct, u64 } from '../../codec/layout/layout.ts';
import {
  ShareGroup,
  ShareGroupMember,
  ShareGroupParams,
  shareGroupStub,
} from '../../codec/robustmq/share-group.ts';
import { removeOf } from '../resources/derived.ts';
import { operation, plainOperation } from '../resources/operation.ts';
import { tell } from '../resources/push.ts';
import { refuse } from '../resources/refusal.ts';
import type { Refusal } from '../resources/refusal.ts';
import { resource } from '../resources/resource.ts';
import type { Records } from '../resources/resource.ts';
import { nodesById } from './node.ts';

export const shareGroup = resource({
  table: 'shareGroup',
  layout: ShareGroup,
  key: ['tenant', 'group_name'],
  told: tell('ShareGroup', {
    deleted: ([tenant = '', group = '']) => shareGroupStub(tenant, group),
  }),
  listed: 'whole',
});

export const shareGroupMember = resource({
  table: 'shareGroupMember',
  layout: ShareGroupMember,
  key: ['broker_id', 'connect_id', 'sid'],
  told: tell('ShareGroupMember'),
  listed: 'whole',
});

/** The node that leads the fewest groups of the tenant, and of those the one with the lowest id. */
function chooseLeader(records: Records, tenant: string): bigint | undefined {
  const led = new Map<bigint, number>();
  for (const { leader_broker } of records.list(shareGroup, [tenant])) {
    led.set(leader_broker, (led.get(leader_broker) ?? 0) + 1);
  }
  let best: { readonly id: bigint; readonly groups: number } | undefined;
  for (const { node_id } of nodesById(records)) {
    const groups = led.get(node_id) ?? 0;
    if (best === undefined || groups < best.groups) best = { id: node_id, groups };
  }
  return best?.id;
}

/** Others take over the groups that a node led which is gone; those for which there is nobody stay. */
export function moveShareGroups(records: Records, gone: bigint): void {
  for (const group of [...records.list(shareGroup, [])]) {
    if (group.leader_broker !== gone) continue;
    const leader_broker = chooseLeader(records, group.tenant);
    if (leader_broker !== undefined) records.put(shareGroup, { ...group, leader_broker });
  }
}

/** A group without its leader, which is chosen when it is created. */
const NewShareGroup = struct('NewShareGroup', {
  uuid: string,
  tenant: string,
  group_name: string,
  sub_params: ShareGroupParams,
  create_time: u64,
});

type Found = { readonly result: ShareGroup } | Refusal;

function findOrCreate(records: Records, created: Omit<ShareGroup, 'leader_broker'>): Found {
  const before = records.get(shareGroup, [created.tenant, created.group_name]);
  if (before !== undefined) return { result: before };
  const leader_broker = chooseLeader(records, created.tenant);
  if (leader_broker === undefined) return refuse('noNodes');
  const group = { ...created, leader_broker };
  records.put(shareGroup, group);
  return { result: group };
}

export const createShareGroup = operation({
  name: 'shareGroup.create',
  does: 'creates a group and chooses its leader, or answers the one that is there',
  changes: [shareGroup],
  tells: ['ShareGroup/Create'],
  args: NewShareGroup,
  result: ShareGroup,
  apply: findOrCreate,
});

const NewMember = struct('NewShareGroupMember', {
  member: ShareGroupMember,
  /** For the group, if it is not there. */
  group_uuid: string,
  group_create_time: u64,
});

export const deleteShareGroup = removeOf(shareGroup);

export const addShareGroupMember = plainOperation({
  name: 'shareGroupMember.add',
  does: 'puts a member of a group, which is created if it is not there',
  changes: [shareGroup, shareGroupMember],
  tells: ['ShareGroup/Create', 'ShareGroupMember/Delete', 'ShareGroupMember/Create'],
  args: NewMember,
  apply: (records, { member, group_uuid, group_create_time }) => {
    const group = findOrCreate(records, {
      uuid: group_uuid,
      tenant: member.tenant,
      group_name: member.group_name,
      sub_params: member.params,
      create_time: group_create_time,
    });
    if ('code' in group) return group;
    const before = records.get(shareGroupMember, shareGroupMember.keyOf(member));
    // Brokers add a member each time that they are told of one.
    if (before !== undefined) records.tell(shareGroupMember, before, 'Delete');
    records.put(shareGroupMember, member);
    return undefined;
  },
});

export const deleteShareGroupMember = removeOf(shareGroupMember);
