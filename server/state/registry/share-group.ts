/** Groups of consumers that share messages, of any protocol, and who is in them. */
import { list, string, struct, u32, u64 } from '../../codec/layout/layout.ts';
import type { Infer } from '../../codec/layout/layout.ts';
import {
  ShareGroup,
  ShareGroupMember,
  ShareGroupParams,
  shareGroupStub,
} from '../../codec/robustmq/share-group.ts';
import type { BrokerNode } from '../../codec/robustmq/node.ts';
import { removeOf } from '../resources/derived.ts';
import type { Key } from '../resources/key.ts';
import { operation, plainOperation } from '../resources/operation.ts';
import { tell } from '../resources/push.ts';
import { refuse } from '../resources/refusal.ts';
import type { Refusal } from '../resources/refusal.ts';
import { resource } from '../resources/resource.ts';
import type { Records } from '../resources/resource.ts';
import { endingUses, groupUse, noteUses, usesOfMember } from './group-use.ts';
import { nodesById } from './node.ts';

/** Put by {@link putGroup} alone, and removed by {@link dropGroup}. */
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
  cascade: endingUses(usesOfMember),
});

/** How many groups of a tenant each node leads, registered or not: so nobody has to count them. */
export const groupLoad = resource({
  table: 'groupLoad',
  layout: struct('GroupLoad', { tenant: string, node_id: u64, groups: u32 }),
  key: ['tenant', 'node_id'],
});

/** Which groups each node leads, registered or not: so nobody has to look at all of them. */
export const nodeGroup = resource({
  table: 'nodeGroup',
  layout: struct('NodeGroup', { node_id: u64, tenant: string, group_name: string }),
  key: ['node_id', 'tenant', 'group_name'],
});

/** What changes with groups. */
export const GROUP_KINDS = [shareGroup, groupLoad, nodeGroup] as const;

function putGroup(records: Records, after: ShareGroup): void {
  const before = records.get(shareGroup, shareGroup.keyOf(after));
  if (before !== undefined) dropLead(records, before);
  addLoad(records, after, 1);
  records.put(nodeGroup, leadOf(after));
  records.put(shareGroup, after);
}

const leadOf = ({ leader_broker: node_id, tenant, group_name }: ShareGroup) => ({
  node_id,
  tenant,
  group_name,
});

function dropLead(records: Records, before: ShareGroup): void {
  addLoad(records, before, -1);
  records.remove(nodeGroup, leadOf(before));
}

/** Deletes the group with this key, if it is there. */
export function dropGroup(records: Records, key: Key): void {
  const before = records.get(shareGroup, key);
  if (before === undefined) return;
  dropLead(records, before);
  records.remove(shareGroup, before);
}

function addLoad(
  records: Records,
  { tenant, leader_broker: node_id }: ShareGroup,
  by: 1 | -1,
): void {
  const groups = loadOf(records, tenant, node_id) + by;
  const load = { tenant, node_id, groups };
  if (groups === 0) records.remove(groupLoad, load);
  else records.put(groupLoad, load);
}

const loadOf = (records: Pick<Records, 'get'>, tenant: string, node_id: bigint): number =>
  records.get(groupLoad, [tenant, String(node_id)])?.groups ?? 0;

/** The node that leads the fewest groups of the tenant, and of those the first. @param nodes by their ids. */
function chooseLeader(
  records: Records,
  nodes: readonly BrokerNode[],
  tenant: string,
): bigint | undefined {
  let best: { readonly id: bigint; readonly groups: number } | undefined;
  for (const { node_id } of nodes) {
    const groups = loadOf(records, tenant, node_id);
    if (best === undefined || groups < best.groups) best = { id: node_id, groups };
  }
  return best?.id;
}

/**
 * Others take over as many of the groups that a node led which is gone; while nobody is there, all stay
 * with it. @returns whether none is left.
 */
export function moveShareGroups(records: Records, gone: bigint, most: number): boolean {
  const nodes = nodesById(records);
  if (nodes.length === 0) return isEmpty(records.list(nodeGroup, [String(gone)]));
  const led: Infer<typeof nodeGroup.layout>[] = [];
  for (const each of records.list(nodeGroup, [String(gone)])) {
    if (led.length === most) break;
    led.push(each);
  }
  for (const { tenant, group_name } of led) {
    const group = records.get(shareGroup, [tenant, group_name]);
    const leader_broker = chooseLeader(records, nodes, tenant);
    if (group !== undefined && leader_broker !== undefined) {
      putGroup(records, { ...group, leader_broker });
    }
  }
  return led.length < most;
}

const isEmpty = (all: Iterable<unknown>): boolean => all[Symbol.iterator]().next().done === true;

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
  const leader_broker = chooseLeader(records, nodesById(records), created.tenant);
  if (leader_broker === undefined) return refuse('noNodes');
  const group = { ...created, leader_broker };
  putGroup(records, group);
  return { result: group };
}

export const createShareGroup = operation({
  name: 'shareGroup.create',
  does: 'creates a group and chooses its leader, or answers the one that is there',
  changes: [...GROUP_KINDS],
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

export const deleteShareGroup = plainOperation({
  name: 'shareGroup.remove',
  does: 'deletes shareGroup; what is not there is ignored',
  changes: [...GROUP_KINDS],
  tells: ['ShareGroup/Delete'],
  args: list(list(string)),
  apply: (records, keys) => {
    for (const key of keys) dropGroup(records, key);
    return undefined;
  },
});

export const addShareGroupMember = plainOperation({
  name: 'shareGroupMember.add',
  does: 'puts a member of a group, which is created if it is not there',
  changes: [...GROUP_KINDS, shareGroupMember, groupUse],
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
    noteUses(records, before ? usesOfMember(before) : [], usesOfMember(member));
    records.put(shareGroupMember, member);
    return undefined;
  },
});

export const deleteShareGroupMember = removeOf(shareGroupMember);
