/** What a simulated broker has the cluster do for consumers that share messages. */
import type { ShareGroupMember } from '../../codec/robustmq/share-group.ts';
import { addShareGroupMember, deleteShareGroupMember } from '../../state/registry/share-group.ts';
import type { ErrandsOf } from './errands.ts';
import { TENANT } from './options.ts';

/** So that what is kept for brokers stays small. */
const CONSUMERS_MAX = 2;

const nothing = (): void => undefined;

/** A consumer joins a group, or says once more that it is in it. */
export function joinGroup({ cluster, id, prng, consumers, newName }: ErrandsOf): void {
  const isFull = consumers.length >= CONSUMERS_MAX;
  const member = isFull ? prng.pick(consumers) : memberOf(id, newName('s'), prng.pick(GROUPS));
  if (!isFull) consumers.push(member);
  const group = { group_uuid: member.group_name, group_create_time: 1n };
  cluster.change(addShareGroupMember, { member, ...group }, nothing);
}

/** The consumer that came first leaves. */
export function leaveGroup({ cluster, consumers }: ErrandsOf): void {
  const member = consumers.shift();
  if (member === undefined) return;
  const key = [String(member.broker_id), String(member.connect_id), member.sid];
  cluster.change(deleteShareGroupMember, [key], nothing);
}

const GROUPS = ['q1', 'q2'];

const memberOf = (id: number, sid: string, group_name: string): ShareGroupMember => ({
  tenant: TENANT,
  group_name,
  broker_id: BigInt(id),
  sub_path: group_name,
  sid,
  params: { kind: 'NATS', value: {} },
  connect_id: 1n,
  create_time: 1n,
});
