/** What meta pushes into the caches of brokers: kinds, values, and what tells two of a kind apart. */
import { CACHE_PUSHES } from '../../server/codec/robustmq/cache-pushes.ts';

type Pushes = typeof CACHE_PUSHES;

export type Resource = keyof Pushes;

/** By their number on the wire. */
export const RESOURCES = Object.keys(CACHE_PUSHES) as readonly Resource[];

/** What is cached of a resource. */
export type Cached<Name extends Resource> = ReturnType<Pushes[Name]['changed']['decode']>;

/** What is told of one that is deleted. */
export type Deleted<Name extends Resource> = ReturnType<Pushes[Name]['deleted']['decode']>;

export type Key = readonly (string | number | bigint)[];

type KeyOf<Name extends Resource> = (value: Cached<Name>) => Key;

/** Whose value replaces whose. */
const KEYS: { readonly [Name in Resource]: KeyOf<Name> } = {
  Session: ({ tenant, client_id }) => [tenant, client_id],
  User: ({ tenant, username }) => [tenant, username],
  Subscribe: ({ client_id, path }) => [client_id, path],
  Topic: ({ tenant, topic_name }) => [tenant, topic_name],
  Connector: ({ connector_name }) => [connector_name],
  Schema: ({ tenant, name }) => [tenant, name],
  SchemaResource: ({ tenant, resource_name, schema_name }) => [tenant, resource_name, schema_name],
  ClusterResourceConfig: ({ resource }) => [configName(resource)],
  Node: ({ node_id }) => [node_id],
  Shard: ({ shard_name }) => [shard_name],
  Segment: ({ shard_name, segment_seq }) => [shard_name, segment_seq],
  SegmentMeta: ({ shard_name, segment_seq }) => [shard_name, segment_seq],
  Acl: ({ tenant, name }) => [tenant, name],
  Blacklist: ({ tenant, name }) => [tenant, name],
  Tenant: ({ tenant_name }) => [tenant_name],
  AutoSubscribeRule: ({ tenant, name }) => [tenant, name],
  TopicRewriteRule: ({ tenant, name }) => [tenant, name],
  NatsSubscribe: ({ broker_id, connect_id, sid }) => [broker_id, connect_id, sid],
  Mq9Mail: ({ tenant, mail_address }) => [tenant, mail_address],
  ShareGroup: ({ tenant, group_name }) => [tenant, group_name],
  ShareGroupMember: ({ broker_id, connect_id, sid }) => [broker_id, connect_id, sid],
  GroupOffset: ({ tenant, group_name }) => [tenant, group_name],
  Mq9Agent: ({ tenant, name }) => [tenant, name],
  KafkaQuota: ({ tenant, entity_type, entity_name }) => [
    tenant,
    entity_type,
    entity_name ?? '__default__',
  ],
  KafkaDelegationToken: ({ token_id }) => [token_id],
  KafkaScram: ({ tenant, user, mechanism }) => [tenant, user, mechanism],
  AmqpExchange: ({ tenant, exchange_name }) => [tenant, exchange_name],
  AmqpQueue: ({ tenant, queue_name }) => [tenant, queue_name],
  AmqpBinding: ({ tenant, source, destination_type, destination, routing_key }) => [
    tenant,
    source,
    destination_type,
    destination,
    routing_key,
  ],
};

/** Brokers look at the last part of a path alone. */
export const configName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** Rows of one resource. */
export type LoadedRows = {
  readonly [Name in Resource]: {
    readonly resource: Name;
    readonly values: readonly Cached<Name>[];
  };
}[Resource];

/** A key as text. */
export const keyText = (key: Key): string => JSON.stringify(key.map(String));

/** The key of a value, as text. */
export const keyOf = <Name extends Resource>(resource: Name, value: Cached<Name>): string =>
  keyText(KEYS[resource](value));
