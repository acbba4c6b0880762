/** What is in a message, with the payloads in its bytes read, as a tree that can be compared. */
import { BrokerUpdateCacheActionType as Actions } from '../../proto/gen/broker/broker.ts';
import { CACHE_PUSHES } from '../../server/codec/robustmq/cache-pushes.ts';
import { payloadsOf, RPCS } from '../../server/codec/robustmq/testing/wire.ts';
import type { UpdateCacheRecord } from '../../proto/gen/broker/broker.ts';
import type { Action } from '../broker/reception.ts';
import { keyOf, keyText, RESOURCES, type Resource } from '../broker/resource.ts';

/** An object with a name, which errors and tables know its fields by. */
export interface Named {
  readonly name: string;
  readonly value: unknown;
}

/** A row of a list, or of a push. */
export interface Row {
  readonly resource: Resource;
  readonly key: string;
  readonly value: unknown;
}

export interface Push extends Row {
  readonly action: Action;
}

/** What an rpc answers with rows of one resource; `any order`: as they come out of a hash map. */
const LISTS: Readonly<Record<string, readonly [of: Resource, order: 'by key' | 'any order']>> = {
  NodeList: ['Node', 'any order'],
  ListSchema: ['Schema', 'by key'],
  ListBindSchema: ['SchemaResource', 'by key'],
  ListTenant: ['Tenant', 'by key'],
  ListShareGroup: ['ShareGroup', 'any order'],
  ListShareGroupMember: ['ShareGroupMember', 'by key'],
  ListUser: ['User', 'by key'],
  ListTopic: ['Topic', 'by key'],
  ListSession: ['Session', 'by key'],
  ListAcl: ['Acl', 'by key'],
  ListBlacklist: ['Blacklist', 'by key'],
  ListTopicRewriteRule: ['TopicRewriteRule', 'by key'],
  ListSubscribe: ['Subscribe', 'by key'],
  ListConnectors: ['Connector', 'by key'],
  ListAutoSubscribeRule: ['AutoSubscribeRule', 'by key'],
  ListShard: ['Shard', 'by key'],
  ListSegment: ['Segment', 'by key'],
  ListSegmentMeta: ['SegmentMeta', 'by key'],
  ListNatsSubscribe: ['NatsSubscribe', 'by key'],
  ListMail: ['Mq9Mail', 'by key'],
  ListAgent: ['Mq9Agent', 'by key'],
  ListKafkaQuota: ['KafkaQuota', 'by key'],
  ListKafkaDelegationToken: ['KafkaDelegationToken', 'by key'],
  ListScramCredential: ['KafkaScram', 'by key'],
  ListExchange: ['AmqpExchange', 'any order'],
  ListQueue: ['AmqpQueue', 'any order'],
  ListBinding: ['AmqpBinding', 'any order'],
};

export const rpcName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** The reply of an rpc: of lists, their rows by key; of all others, what is in the message. */
export function replyContent(path: string, replies: readonly Buffer[]): Named {
  const { reply } = RPCS.get(path) ?? unknownRpc(path);
  const messages = replies.map((bytes) => reply.decode(bytes) as object);
  const [resource, order] = LISTS[rpcName(path)] ?? [];
  if (resource === undefined) {
    const [message] = messages;
    return { name: reply.name, value: message && messageContent(reply.name, message) };
  }
  const rows = messages
    .flatMap((message) => payloadsOf(reply.name, message))
    .map(({ bytes, codec }) => codec.decode(bytes))
    .map((value) => [keyOf(resource, value as never), value] as const);
  return {
    name: resource,
    value: {
      // Rows of the same keys in another order differ in this alone.
      ...(order === 'by key' ? { order: rows.map(([key]) => key) } : {}),
      ...Object.fromEntries(rows),
    },
  };
}

/** The fields of a message, and instead of its bytes what is in them. */
function messageContent(name: string, message: object): unknown {
  const payloads = payloadsOf(name, message);
  if (payloads.length === 0) return message;
  const read = new Map(payloads.map(({ bytes, codec }) => [bytes, codec.decode(bytes)]));
  const content = (value: unknown): unknown => {
    if (value instanceof Uint8Array) return read.get(value) ?? value;
    if (Array.isArray(value)) return value.map(content);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, of]) => [key, content(of)]));
  };
  return content(message);
}

/** What a record tells. */
export function pushContent(record: UpdateCacheRecord): Push {
  const { resourceType, actionType, data } = record;
  const resource = RESOURCES[resourceType];
  if (resource === undefined) throw new Error(`No resource has the number ${resourceType}`);
  const { changed, deleted } = CACHE_PUSHES[resource];
  if (actionType !== Actions.Delete) {
    const value = changed.decode(data);
    const action = actionType === Actions.Update ? 'Update' : 'Create';
    return { resource, action, key: keyOf(resource, value as never), value };
  }
  const value = deleted.decode(data);
  return { resource, action: 'Delete', key: deletedKey(resource, value), value };
}

/** What is deleted is told as a whole, with two exceptions. */
function deletedKey(resource: Resource, value: unknown): string {
  return typeof value === 'string' ? keyText([value]) : keyOf(resource, value as never);
}

function unknownRpc(path: string): never {
  throw new Error(`No rpc ${path}`);
}

export const isResource = (name: string): name is Resource =>
  (RESOURCES as readonly string[]).includes(name);
