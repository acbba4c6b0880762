/** How what brokers cache is stored and deleted, kind by kind. */
import { AmqpServiceService as Amqp } from '../../../proto/gen/meta/amqp.ts';
import { MetaServiceServiceService as Common } from '../../../proto/gen/meta/common.ts';
import { KafkaServiceService as Kafka } from '../../../proto/gen/meta/kafka.ts';
import { Mq9ServiceService as Mq9 } from '../../../proto/gen/meta/mq9.ts';
import { MqttServiceService as Mqtt } from '../../../proto/gen/meta/mqtt.ts';
import { NatsServiceService as Nats } from '../../../proto/gen/meta/nats.ts';
import { bincode } from '../../../server/codec/layout/bincode.ts';
import type { Codec } from '../../../server/codec/layout/codec.ts';
import { json } from '../../../server/codec/layout/json.ts';
import {
  SecurityAcl,
  SecurityBlackList,
  SecurityUser,
} from '../../../server/codec/robustmq/access.ts';
import { AmqpBinding, AmqpExchange, AmqpQueue } from '../../../server/codec/robustmq/amqp.ts';
import { MQTTConnector } from '../../../server/codec/robustmq/connector/connector.ts';
import {
  KafkaClientQuota,
  KafkaDelegationToken,
  KafkaScramCredential,
} from '../../../server/codec/robustmq/kafka.ts';
import { MQ9Agent, MQ9Mail } from '../../../server/codec/robustmq/mq9.ts';
import { NatsSubscribe } from '../../../server/codec/robustmq/nats.ts';
import { MqttAutoSubscribeRule } from '../../../server/codec/robustmq/rules.ts';
import { SchemaData } from '../../../server/codec/robustmq/schema.ts';
import { MqttSession } from '../../../server/codec/robustmq/session.ts';
import { ShareGroupMember } from '../../../server/codec/robustmq/share-group.ts';
import { MqttSubscribe } from '../../../server/codec/robustmq/subscribe.ts';
import { DEFAULT_TENANT_CONFIG, TenantConfig } from '../../../server/codec/robustmq/tenant.ts';
import { Topic } from '../../../server/codec/robustmq/topic.ts';
import type { Rpc } from '../boot-action.ts';
import type { Resource } from '../resource.ts';

/** Path of an rpc, and an encoded request. */
export type Call = readonly [rpc: string, request: Buffer];

interface StoredKind {
  /** @param value makes it another one than those before it, where there is more to it than its name. */
  readonly put: (name: string, value: bigint) => Call;
  readonly remove: (name: string) => Call;
}

const tenant = 'default';
const BROKER = 11n;
const CONNECTION = 1n;

/** A call as it is sent. */
export const call = <Request, Reply>(
  { path, requestSerialize }: Rpc<Request, Reply>,
  request: Request,
): Call => [path, requestSerialize(request)];

const encoder =
  <Value>(codec: Codec<Value>) =>
  (value: Value): Buffer =>
    Buffer.from(codec.encode(value));

const acl = encoder(json(SecurityAcl));
const agent = encoder(bincode(MQ9Agent));
const binding = encoder(json(AmqpBinding));
const blacklist = encoder(json(SecurityBlackList));
const connector = encoder(bincode(MQTTConnector));
const credential = encoder(json(KafkaScramCredential));
const exchange = encoder(json(AmqpExchange));
const mail = encoder(bincode(MQ9Mail));
const member = encoder(bincode(ShareGroupMember));
const natsSubscribe = encoder(bincode(NatsSubscribe));
const queue = encoder(json(AmqpQueue));
const quota = encoder(json(KafkaClientQuota));
const rule = encoder(bincode(MqttAutoSubscribeRule));
const schema = encoder(bincode(SchemaData));
const session = encoder(bincode(MqttSession));
const subscribe = encoder(bincode(MqttSubscribe));
const tenantConfig = encoder(bincode(TenantConfig));
const token = encoder(json(KafkaDelegationToken));
const topic = encoder(bincode(Topic));
const user = encoder(bincode(SecurityUser));

const principal = { principal_type: 'User', principal_name: 'p' };

/** What no call stores as it is. */
type Derived = 'Node' | 'Shard' | 'Segment' | 'SegmentMeta' | 'ShareGroup' | 'GroupOffset';

/** All others, by what brokers call them. */
export const STORED_KINDS: Readonly<Record<Exclude<Resource, Derived>, StoredKind>> = {
  User: {
    put: (username, value) =>
      call(Mqtt.createUser, {
        ...{ tenant, userName: username },
        content: user({
          ...{ tenant, username, password: String(value), salt: undefined },
          ...{ is_superuser: false, create_time: value },
        }),
      }),
    remove: (userName) => call(Mqtt.deleteUser, { tenant, userName }),
  },
  Session: {
    put: (client_id, value) =>
      call(Mqtt.createSession, {
        sessions: [
          {
            ...{ tenant, clientId: client_id },
            session: session({
              ...{
                tenant,
                client_id,
                session_expiry_interval: 3_600n,
                is_contain_last_will: false,
              },
              ...{ last_will_delay_interval: undefined, create_time: value },
              ...{ is_persist_session: true, connection_id: value, broker_id: BROKER },
              ...{ reconnect_time: undefined, distinct_time: undefined },
            }),
          },
        ],
      }),
    remove: (clientId) => call(Mqtt.deleteSession, { tenant, clientId }),
  },
  Subscribe: {
    put: (client_id, value) =>
      call(Mqtt.setSubscribe, {
        ...{ clientId: client_id, path: 'a/#' },
        subscribe: subscribe({
          ...{ tenant, client_id, path: 'a/#', broker_id: BROKER, protocol: 'Mqtt5', pkid: 1 },
          filter: {
            ...{ path: 'a/#', qos: 'AtMostOnce', no_local: false, preserve_retain: false },
            retain_handling: 'OnEverySubscribe',
          },
          ...{ subscribe_properties: undefined, create_time: value },
        }),
      }),
    remove: (clientId) => call(Mqtt.deleteSubscribe, { clientId, path: 'a/#' }),
  },
  Topic: {
    put: (name, value) => {
      // Deleting one takes a while, in which there can be no other one of its name.
      const topicName = `${name}-${value % 8n}`;
      const content = topic({
        ...{ topic_id: String(value), tenant, topic_name: topicName, source: 'MQTT' },
        ...{ storage_type: 'EngineRocksDB', partition: 1, replication: 1 },
        storage_name_list: new Map([[0, `${value}-0`]]),
        config: { max_segment_size: undefined, max_record_num: 1_000n, retention_sec: 1n },
        ...{ mark_delete: false, create_time: value },
      });
      return call(Mqtt.createTopic, { tenant, topicName, content });
    },
    remove: (name) => call(Mqtt.deleteTopic, { tenant, topicName: `${name}-0` }),
  },
  Connector: {
    put: (connectorName, value) =>
      call(Mqtt.createConnector, {
        connectorName,
        connector: connector({
          ...{ tenant, connector_name: connectorName, topic_name: String(value) },
          connector_type: {
            kind: 'LocalFile',
            value: { local_file_path: '/f', rotation_strategy: 'None', max_size_gb: 1n },
          },
          failure_strategy: { kind: 'Discard' },
          etl_rule: { decode_rule: undefined, ops_rule_list: [], encode_rule: undefined },
          ...{ status: 'Idle', broker_id: undefined, create_time: value, update_time: value },
        }),
      }),
    remove: (connectorName) => call(Mqtt.deleteConnector, { tenant, connectorName }),
  },
  Schema: {
    put: (name, value) =>
      call(Common.createSchema, {
        ...{ tenant, schemaName: name },
        schema: schema({ tenant, name, schema_type: 'JSON', desc: String(value), schema: '{}' }),
      }),
    remove: (schemaName) => call(Common.deleteSchema, { tenant, schemaName }),
  },
  SchemaResource: {
    put: (schemaName) => call(Common.bindSchema, { tenant, schemaName, resourceName: 'r' }),
    remove: (schemaName) => call(Common.unBindSchema, { tenant, schemaName, resourceName: 'r' }),
  },
  ClusterResourceConfig: {
    put: (name, value) =>
      call(Common.setResourceConfig, { resources: [name], config: Buffer.from(String(value)) }),
    remove: (name) => call(Common.deleteResourceConfig, { resources: [name] }),
  },
  Acl: {
    put: (name, value) =>
      call(Mqtt.createAcl, {
        acl: acl({
          ...{ name, desc: String(value), tenant, resource_type: 'User', resource_name: 'u' },
          ...{ topic: '#', ip: '*', action: 'All', permission: 'Allow' },
        }),
      }),
    remove: (name) => call(Mqtt.deleteAcl, { tenant, name }),
  },
  Blacklist: {
    put: (name, value) =>
      call(Mqtt.createBlacklist, {
        blacklist: blacklist({
          ...{ name, tenant, blacklist_type: 'User', resource_name: 'u' },
          ...{ end_time: value, desc: '' },
        }),
      }),
    remove: (name) => call(Mqtt.deleteBlacklist, { tenant, name }),
  },
  Tenant: {
    put: (tenantName, value) =>
      call(Common.createTenant, {
        ...{ tenantName, desc: String(value), config: tenantConfig(DEFAULT_TENANT_CONFIG) },
      }),
    remove: (tenantName) => call(Common.deleteTenant, { tenantName }),
  },
  AutoSubscribeRule: {
    put: (name, value) =>
      call(Mqtt.createAutoSubscribeRule, {
        content: rule({
          ...{ name, desc: 'd', tenant, topic: String(value), qos: 'AtLeastOnce' },
          ...{ no_local: false, retain_as_published: true, retained_handling: 'Never' },
        }),
      }),
    remove: (name) => call(Mqtt.deleteAutoSubscribeRule, { tenant, name }),
  },
  TopicRewriteRule: {
    put: (name, value) =>
      call(Mqtt.createTopicRewriteRule, {
        ...{ name, desc: 'd', tenant, action: 'All', sourceTopic: 'a/#' },
        ...{ destTopic: String(value), regex: '^a$' },
      }),
    remove: (name) => call(Mqtt.deleteTopicRewriteRule, { tenant, name }),
  },
  NatsSubscribe: {
    put: (sid, value) =>
      call(Nats.createNatsSubscribe, {
        subscribes: [
          natsSubscribe({
            ...{ broker_id: BROKER, tenant, connect_id: CONNECTION, sid, subject: String(value) },
            ...{ queue_group: undefined, create_time: value, known_topic_offsets: new Map() },
          }),
        ],
      }),
    remove: (sid) =>
      call(Nats.deleteNatsSubscribe, {
        keys: [{ brokerId: BROKER, connectId: CONNECTION, sid }],
      }),
  },
  Mq9Mail: {
    put: (mail_address, value) =>
      call(Mq9.createMail, {
        tenant,
        content: mail({ tenant, mail_address, desc: String(value), ttl: 0n, create_time: value }),
      }),
    remove: (mailAddress) => call(Mq9.deleteMail, { tenant, mailAddress }),
  },
  Mq9Agent: {
    put: (name, value) =>
      call(Mq9.createAgent, {
        tenant,
        content: agent({ tenant, name, agent_info: String(value), create_time: value }),
      }),
    remove: (name) => call(Mq9.deleteAgent, { tenant, name }),
  },
  ShareGroupMember: {
    put: (sid, value) =>
      call(Common.addShareGroupMember, {
        data: member({
          ...{ tenant, group_name: 'g', broker_id: BROKER, sub_path: String(value), sid },
          ...{ params: { kind: 'NATS', value: {} }, connect_id: CONNECTION, create_time: value },
        }),
      }),
    remove: (sid) =>
      call(Common.deleteShareGroupMember, { brokerId: BROKER, connectId: CONNECTION, sid }),
  },
  KafkaQuota: {
    put: (entity_name, value) =>
      call(Kafka.setKafkaQuota, {
        quota: quota({
          ...{ tenant, entity_type: 'user', entity_name },
          quotas: new Map([['producer_byte_rate', Number(value)]]),
        }),
      }),
    remove: (entityName) =>
      call(Kafka.deleteKafkaQuota, { tenant, entityType: 'user', entityName }),
  },
  KafkaDelegationToken: {
    put: (token_id, value) =>
      call(Kafka.setKafkaDelegationToken, {
        token: token({
          ...{ tenant, token_id, hmac: Uint8Array.of(0, 255), owner: principal },
          ...{ token_requester: principal, renewers: [principal], issue_timestamp_ms: value },
          ...{ expiry_timestamp_ms: value, max_timestamp_ms: value },
        }),
      }),
    remove: (tokenId) => call(Kafka.deleteKafkaDelegationToken, { tenant, tokenId }),
  },
  KafkaScram: {
    put: (name, value) =>
      call(Kafka.setScramCredential, {
        credential: credential({
          ...{ tenant, user: name, mechanism: 2, iterations: Number(value % 10_000n) },
          ...{ salt: Uint8Array.of(1), stored_key: Uint8Array.of(2), server_key: Uint8Array.of(3) },
        }),
      }),
    remove: (name) => call(Kafka.deleteScramCredential, { tenant, user: name, mechanism: 2 }),
  },
  AmqpExchange: {
    put: (exchange_name, value) =>
      call(Amqp.setExchange, {
        exchange: exchange({
          ...{ exchange_id: String(value), tenant, exchange_name, exchange_type: 'Direct' },
          ...{ durable: true, auto_delete: false, internal: false },
          ...{ arguments: new Map(), create_time: value },
        }),
      }),
    remove: (exchangeName) => call(Amqp.deleteExchange, { tenant, exchangeName }),
  },
  AmqpQueue: {
    put: (queue_name, value) =>
      call(Amqp.setQueue, {
        queue: queue({
          ...{ queue_id: String(value), tenant, queue_name, durable: true, exclusive: false },
          ...{ auto_delete: false, arguments: new Map(), create_time: value },
        }),
      }),
    remove: (queueName) => call(Amqp.deleteQueue, { tenant, queueName }),
  },
  AmqpBinding: {
    put: (source, value) =>
      call(Amqp.setBinding, {
        binding: binding({
          ...{ binding_id: String(value), tenant, source, destination: 'q' },
          ...{ destination_type: 'Queue', routing_key: 'k' },
          ...{ arguments: new Map(), create_time: value },
        }),
      }),
    remove: (source) =>
      call(Amqp.deleteBinding, {
        ...{ tenant, source, destination: 'q', destinationType: 'queue', routingKey: 'k' },
      }),
  },
};
