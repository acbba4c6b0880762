/** What a broker loads into its caches before it registers, in this order; never again while it runs. */
import { AmqpServiceService as Amqp } from '../../proto/gen/meta/amqp.ts';
import { MetaServiceServiceService as Common } from '../../proto/gen/meta/common.ts';
import { EngineServiceService as Engine } from '../../proto/gen/meta/engine.ts';
import { KafkaServiceService as Kafka } from '../../proto/gen/meta/kafka.ts';
import { Mq9ServiceService as Mq9 } from '../../proto/gen/meta/mq9.ts';
import { MqttServiceService as Mqtt } from '../../proto/gen/meta/mqtt.ts';
import { NatsServiceService as Nats } from '../../proto/gen/meta/nats.ts';
import { bincode } from '../../server/codec/layout/bincode.ts';
import type { Codec } from '../../server/codec/layout/codec.ts';
import { json } from '../../server/codec/layout/json.ts';
import {
  SecurityAcl,
  SecurityBlackList,
  SecurityUser,
} from '../../server/codec/robustmq/access.ts';
import { AmqpBinding, AmqpExchange, AmqpQueue } from '../../server/codec/robustmq/amqp.ts';
import { MQTTConnector } from '../../server/codec/robustmq/connector/connector.ts';
import {
  KafkaClientQuota,
  KafkaDelegationToken,
  KafkaScramCredential,
} from '../../server/codec/robustmq/kafka.ts';
import { MQ9Agent, MQ9Mail } from '../../server/codec/robustmq/mq9.ts';
import { NatsSubscribe } from '../../server/codec/robustmq/nats.ts';
import { BrokerNode } from '../../server/codec/robustmq/node.ts';
import { MqttAutoSubscribeRule, MqttTopicRewriteRule } from '../../server/codec/robustmq/rules.ts';
import { SchemaData, SchemaResourceBind } from '../../server/codec/robustmq/schema.ts';
import { EngineSegment, EngineSegmentMetadata } from '../../server/codec/robustmq/segment.ts';
import { MqttSession } from '../../server/codec/robustmq/session.ts';
import { EngineShard } from '../../server/codec/robustmq/shard.ts';
import { ShareGroup, ShareGroupMember } from '../../server/codec/robustmq/share-group.ts';
import { MqttSubscribe } from '../../server/codec/robustmq/subscribe.ts';
import { Tenant } from '../../server/codec/robustmq/tenant.ts';
import { Topic } from '../../server/codec/robustmq/topic.ts';
import { call, orFatal, type Boot, type Rpc } from './boot-action.ts';
import { CONFIGS_AT_START } from './dynamic-configs.ts';
import type { Cached, LoadedRows, Resource } from './resource.ts';

/** Reads one list. */
export type BootList = () => Boot<LoadedRows>;

const TENANT = 'default';
/** Of segments: all of them. 0 is the first one. */
const ALL = -1;

/** A list of `resource`, whose payloads `items` finds in a reply. */
const list = <Request, Reply, Name extends Resource>(
  method: Rpc<Request, Reply>,
  request: Request,
  items: (reply: Reply) => readonly Uint8Array[],
  resource: Name,
  codec: Codec<Cached<Name>>,
): BootList =>
  function* () {
    const replies = yield* call(method, request);
    const values = orFatal(method.path, () =>
      replies.flatMap(items).map((payload) => codec.decode(payload)),
    );
    // A resource with values of its own, which the compiler cannot follow through a parameter.
    return { resource, values } as unknown as LoadedRows;
  };

/** A config that is not set is empty, and one that is set must be JSON. */
const config = (name: string): BootList =>
  function* () {
    const resources = ['cluster', name];
    const replies = yield* call(Common.getResourceConfig, { resources });
    const values = replies
      .filter(({ config: value }) => value.length > 0)
      .map(({ config: value }) => {
        orFatal(name, () => JSON.parse(value.toString()) as unknown);
        return { resource: resources.join('/'), config: new Uint8Array(value) };
      });
    return { resource: 'ClusterResourceConfig', values };
  };

const COMMON: readonly BootList[] = [
  list(Common.nodeList, {}, ({ nodes }) => nodes, 'Node', bincode(BrokerNode)),
  ...CONFIGS_AT_START.map(config),
  list(
    Mqtt.listTopic,
    { tenant: '', topicName: '' },
    ({ topic }) => [topic],
    'Topic',
    bincode(Topic),
  ),
  list(
    Mqtt.listConnectors,
    { connectorName: '' },
    ({ connector }) => [connector],
    'Connector',
    bincode(MQTTConnector),
  ),
  list(
    Common.listSchema,
    { tenant: '', schemaName: '' },
    ({ schema }) => [schema],
    'Schema',
    bincode(SchemaData),
  ),
  list(
    Common.listBindSchema,
    { tenant: '', schemaName: '', resourceName: '' },
    ({ schemaBind }) => [schemaBind],
    'SchemaResource',
    bincode(SchemaResourceBind),
  ),
  list(Common.listTenant, { tenantName: '' }, ({ tenant }) => [tenant], 'Tenant', bincode(Tenant)),
  list(
    Common.listShareGroup,
    { tenant: '', group: '' },
    ({ groups }) => groups,
    'ShareGroup',
    bincode(ShareGroup),
  ),
  list(
    Common.listShareGroupMember,
    { connectId: 0n },
    ({ members }) => members,
    'ShareGroupMember',
    bincode(ShareGroupMember),
  ),
];

const MQTT: readonly BootList[] = [
  list(
    Mqtt.listUser,
    { tenant: '', userName: '' },
    ({ users }) => users,
    'User',
    bincode(SecurityUser),
  ),
  list(Mqtt.listAcl, { tenant: '' }, ({ acls }) => acls, 'Acl', json(SecurityAcl)),
  list(
    Mqtt.listBlacklist,
    { tenant: '' },
    ({ blacklists }) => blacklists,
    'Blacklist',
    json(SecurityBlackList),
  ),
  list(
    Mqtt.listTopicRewriteRule,
    { tenant: '' },
    ({ topicRewriteRules }) => topicRewriteRules,
    'TopicRewriteRule',
    bincode(MqttTopicRewriteRule),
  ),
  list(
    Mqtt.listAutoSubscribeRule,
    { tenant: '' },
    ({ autoSubscribeRules }) => autoSubscribeRules,
    'AutoSubscribeRule',
    bincode(MqttAutoSubscribeRule),
  ),
];

const NATS_AND_MQ9: readonly BootList[] = [
  list(
    Nats.listNatsSubscribe,
    { connectId: 0n },
    ({ subscribe }) => [subscribe],
    'NatsSubscribe',
    bincode(NatsSubscribe),
  ),
  list(Mq9.listMail, { tenant: '' }, ({ mail }) => [mail], 'Mq9Mail', bincode(MQ9Mail)),
  list(Mq9.listAgent, { tenant: '' }, ({ agent }) => [agent], 'Mq9Agent', bincode(MQ9Agent)),
];

const KAFKA: readonly BootList[] = [
  list(
    Kafka.listKafkaQuota,
    { tenant: TENANT },
    ({ quotas }) => quotas,
    'KafkaQuota',
    json(KafkaClientQuota),
  ),
  list(
    Kafka.listKafkaDelegationToken,
    { tenant: TENANT },
    ({ tokens }) => tokens,
    'KafkaDelegationToken',
    json(KafkaDelegationToken),
  ),
  list(
    Kafka.listScramCredential,
    { tenant: TENANT },
    ({ credentials }) => credentials,
    'KafkaScram',
    json(KafkaScramCredential),
  ),
];

const AMQP: readonly BootList[] = [
  list(
    Amqp.listExchange,
    { tenant: TENANT },
    ({ exchanges }) => exchanges,
    'AmqpExchange',
    json(AmqpExchange),
  ),
  list(Amqp.listQueue, { tenant: TENANT }, ({ queues }) => queues, 'AmqpQueue', json(AmqpQueue)),
  list(
    Amqp.listBinding,
    { tenant: TENANT },
    ({ bindings }) => bindings,
    'AmqpBinding',
    json(AmqpBinding),
  ),
];

const ENGINE: readonly BootList[] = [
  list(Engine.listShard, { shardName: '' }, ({ shard }) => [shard], 'Shard', bincode(EngineShard)),
  list(
    Engine.listSegment,
    { shardName: '', segment: ALL, filters: [] },
    ({ segment }) => [segment],
    'Segment',
    bincode(EngineSegment),
  ),
  list(
    Engine.listSegmentMeta,
    { shardName: '', segment: ALL },
    ({ segmentMeta }) => [segmentMeta],
    'SegmentMeta',
    bincode(EngineSegmentMetadata),
  ),
];

/** By the caches that they fill; `engine`: for processes with that role alone. */
export const BOOT_LISTS = {
  common: COMMON,
  mqtt: MQTT,
  'nats and mq9': NATS_AND_MQ9,
  kafka: KAFKA,
  amqp: AMQP,
  engine: ENGINE,
} as const;

/** What is pushed, and never loaded: a broker that starts waits for the clients to come back. */
export const PUSHED_ONLY: readonly BootList[] = [
  list(
    Mqtt.listSession,
    { tenant: '', clientId: '' },
    ({ session }) => [session],
    'Session',
    bincode(MqttSession),
  ),
  list(Mqtt.listSubscribe, {}, ({ subscribe }) => [subscribe], 'Subscribe', bincode(MqttSubscribe)),
];
