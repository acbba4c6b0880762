/**
 * What is pushed into the caches of brokers: always bincode, also of what is JSON in the rpcs. The
 * keys are those of `BrokerUpdateCacheResourceType`, in its order.
 */
import { bincode } from '../layout/bincode.ts';
import type { Codec } from '../layout/codec.ts';
import { string } from '../layout/layout.ts';
import type { Layout } from '../layout/layout.ts';
import { SecurityAcl, SecurityBlackList, SecurityUser } from './access.ts';
import { AmqpBinding, AmqpExchange, AmqpQueue } from './amqp.ts';
import { MQTTConnector } from './connector/connector.ts';
import { GroupOffsetShardsDelete } from './group-offset.ts';
import { KafkaClientQuota, KafkaDelegationToken, KafkaScramCredential } from './kafka.ts';
import { MQ9Agent, MQ9Mail } from './mq9.ts';
import { NatsSubscribe } from './nats.ts';
import { BrokerNode } from './node.ts';
import { ResourceConfig } from './resource-config.ts';
import { MqttAutoSubscribeRule, MqttTopicRewriteRule } from './rules.ts';
import { SchemaData, SchemaResourceBind } from './schema.ts';
import { EngineSegment, EngineSegmentMetadata } from './segment.ts';
import { MqttSession } from './session.ts';
import { EngineShard } from './shard.ts';
import { ShareGroup, ShareGroupMember } from './share-group.ts';
import { MqttSubscribe } from './subscribe.ts';
import { Tenant } from './tenant.ts';
import { Topic } from './topic.ts';

/** What the record of a resource carries. */
export interface CachePush<Changed, Deleted = Changed> {
  /** With the actions Create and Update. */
  readonly changed: Codec<Changed>;
  readonly deleted: Codec<Deleted>;
}

/** A deletion carries all that was stored. */
const whole = <T>(layout: Layout<T>): CachePush<T> => {
  const codec = bincode(layout);
  return { changed: codec, deleted: codec };
};

export const CACHE_PUSHES = {
  Session: whole(MqttSession),
  User: whole(SecurityUser),
  Subscribe: whole(MqttSubscribe),
  Topic: whole(Topic),
  Connector: whole(MQTTConnector),
  Schema: whole(SchemaData),
  SchemaResource: whole(SchemaResourceBind),
  ClusterResourceConfig: whole(ResourceConfig),
  Node: whole(BrokerNode),
  /** When its topic is deleted: a `shardStub`. */
  Shard: whole(EngineShard),
  Segment: whole(EngineSegment),
  SegmentMeta: whole(EngineSegmentMetadata),
  Acl: whole(SecurityAcl),
  Blacklist: whole(SecurityBlackList),
  Tenant: whole(Tenant),
  AutoSubscribeRule: whole(MqttAutoSubscribeRule),
  TopicRewriteRule: whole(MqttTopicRewriteRule),
  NatsSubscribe: whole(NatsSubscribe),
  Mq9Mail: whole(MQ9Mail),
  /** Deleted: a `shareGroupStub`. */
  ShareGroup: whole(ShareGroup),
  ShareGroupMember: whole(ShareGroupMember),
  /** Some shards of a group, or a `shareGroupStub` for all of them. */
  GroupOffset: { changed: bincode(GroupOffsetShardsDelete), deleted: bincode(ShareGroup) },
  Mq9Agent: whole(MQ9Agent),
  KafkaQuota: whole(KafkaClientQuota),
  /** Deleted: the token's id. */
  KafkaDelegationToken: { changed: bincode(KafkaDelegationToken), deleted: bincode(string) },
  KafkaScram: whole(KafkaScramCredential),
  AmqpExchange: whole(AmqpExchange),
  AmqpQueue: whole(AmqpQueue),
  AmqpBinding: whole(AmqpBinding),
} satisfies Readonly<Record<string, CachePush<unknown>>>;
