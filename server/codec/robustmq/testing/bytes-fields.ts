/** What is in the fields of type `bytes`, by message and field; those of a push are in `cache-pushes.ts`. */
import { bincode } from '../../layout/bincode.ts';
import type { Codec } from '../../layout/codec.ts';
import { json } from '../../layout/json.ts';
import { map, u16 } from '../../layout/layout.ts';
import { SecurityAcl, SecurityBlackList, SecurityUser } from '../access.ts';
import { AmqpBinding, AmqpExchange, AmqpQueue } from '../amqp.ts';
import { MQTTConnector } from '../connector/connector.ts';
import { KafkaClientQuota, KafkaDelegationToken, KafkaScramCredential } from '../kafka.ts';
import { MQ9Agent, MQ9Mail } from '../mq9.ts';
import { NatsSubscribe } from '../nats.ts';
import { BrokerNode } from '../node.ts';
import {
  AppendEntriesRequest,
  AppendEntriesResponse,
  InstallSnapshotRequest,
  InstallSnapshotResponse,
  VoteRequest,
  VoteResponse,
} from '../raft.ts';
import { MqttAutoSubscribeRule, MqttTopicRewriteRule } from '../rules.ts';
import { SchemaData, SchemaResourceBind } from '../schema.ts';
import { EngineSegment, EngineSegmentMetadata } from '../segment.ts';
import { MqttSession } from '../session.ts';
import { EngineShard, EngineShardConfig } from '../shard.ts';
import { ShareGroup, ShareGroupMember, ShareGroupParams } from '../share-group.ts';
import { ReceiveQosPkidData, StorageRecord } from '../stored-message.ts';
import { MqttSubscribe } from '../subscribe.ts';
import { Tenant, TenantConfig } from '../tenant.ts';
import { Topic } from '../topic.ts';

/** `opaque`: any bytes, returned as they were set, or of no rpc. */
type Content = Codec<unknown> | 'opaque';

export const BYTES_FIELDS: Readonly<Record<string, Content>> = {
  'RegisterNodeRequest.node': bincode(BrokerNode),
  'NodeListReply.nodes': bincode(BrokerNode),
  'SetResourceConfigRequest.config': 'opaque',
  'GetResourceConfigReply.config': 'opaque',
  'CreateSchemaRequest.schema': bincode(SchemaData),
  'UpdateSchemaRequest.schema': bincode(SchemaData),
  'ListSchemaReply.schema': bincode(SchemaData),
  'ListBindSchemaReply.schema_bind': bincode(SchemaResourceBind),
  'CreateTenantRequest.config': bincode(TenantConfig),
  'UpdateTenantRequest.config': bincode(TenantConfig),
  'ListTenantReply.tenant': bincode(Tenant),
  'CreateShareGroupRequest.params': bincode(ShareGroupParams),
  'CreateShareGroupReply.group': bincode(ShareGroup),
  'ListShareGroupReply.groups': bincode(ShareGroup),
  'AddShareGroupMemberRequest.data': bincode(ShareGroupMember),
  'ListShareGroupMemberReply.members': bincode(ShareGroupMember),
  'VoteRequest.value': bincode(VoteRequest),
  'VoteReply.value': bincode(VoteResponse),
  'AppendRequest.value': bincode(AppendEntriesRequest),
  'AppendReply.value': bincode(AppendEntriesResponse),
  'SnapshotRequest.value': bincode(InstallSnapshotRequest),
  'SnapshotReply.value': bincode(InstallSnapshotResponse),
  'SendRaftMessageRequest.message': 'opaque',
  'SendRaftConfChangeRequest.message': 'opaque',

  'CreateUserRequest.content': bincode(SecurityUser),
  'ListUserReply.users': bincode(SecurityUser),
  'CreateTopicRequest.content': bincode(Topic),
  'ListTopicReply.topic': bincode(Topic),
  'CreateSessionRaw.session': bincode(MqttSession),
  'ListSessionReply.session': bincode(MqttSession),
  'CreateAclRequest.acl': json(SecurityAcl),
  'ListAclReply.acls': json(SecurityAcl),
  'CreateBlacklistRequest.blacklist': json(SecurityBlackList),
  'ListBlacklistReply.blacklists': json(SecurityBlackList),
  'ListTopicRewriteRuleReply.topic_rewrite_rules': bincode(MqttTopicRewriteRule),
  'SetSubscribeRequest.subscribe': bincode(MqttSubscribe),
  'ListSubscribeReply.subscribe': bincode(MqttSubscribe),
  'CreateConnectorRequest.connector': bincode(MQTTConnector),
  'UpdateConnectorRequest.connector': bincode(MQTTConnector),
  'ListConnectorReply.connector': bincode(MQTTConnector),
  'CreateAutoSubscribeRuleRequest.content': bincode(MqttAutoSubscribeRule),
  'ListAutoSubscribeRuleReply.auto_subscribe_rules': bincode(MqttAutoSubscribeRule),

  'CreateShardRequest.shard_config': bincode(EngineShardConfig),
  'ListShardReply.shard': bincode(EngineShard),
  'ListSegmentReply.segment': bincode(EngineSegment),
  'ListSegmentMetaReply.segment_meta': bincode(EngineSegmentMetadata),

  'CreateNatsSubscribeRequest.subscribes': bincode(NatsSubscribe),
  'ListNatsSubscribeReply.subscribe': bincode(NatsSubscribe),

  'CreateMailRequest.content': bincode(MQ9Mail),
  'ListMailReply.mail': bincode(MQ9Mail),
  'CreateAgentRequest.content': bincode(MQ9Agent),
  'ListAgentReply.agent': bincode(MQ9Agent),

  'SetKafkaQuotaRequest.quota': json(KafkaClientQuota),
  'ListKafkaQuotaReply.quotas': json(KafkaClientQuota),
  'SetKafkaDelegationTokenRequest.token': json(KafkaDelegationToken),
  'ListKafkaDelegationTokenReply.tokens': json(KafkaDelegationToken),
  'SetScramCredentialRequest.credential': json(KafkaScramCredential),
  'ListScramCredentialReply.credentials': json(KafkaScramCredential),

  'SetExchangeRequest.exchange': json(AmqpExchange),
  'ListExchangeReply.exchanges': json(AmqpExchange),
  'SetQueueRequest.queue': json(AmqpQueue),
  'ListQueueReply.queues': json(AmqpQueue),
  'SetBindingRequest.binding': json(AmqpBinding),
  'ListBindingReply.bindings': json(AmqpBinding),

  'GetQosDataByClientIdRaw.qos_data': json(map(u16, ReceiveQosPkidData)),
  'SendShareGroupMessageRequest.record': bincode(StorageRecord),
  'FetchAmqpQueueMessageReply.record': bincode(StorageRecord),
};
