/**
 * What comes of every write that does more than put or delete the record that it is given: what is
 * answered, what is stored, and what brokers are told, in this order (`behaviour.md` §2).
 */
import assert from 'node:assert/strict';
import { CACHE_PUSHES } from '../../codec/robustmq/cache-pushes.ts';
import { bincode } from '../../codec/layout/bincode.ts';
import type { EngineSegment, EngineSegmentMetadata } from '../../codec/robustmq/segment.ts';
import {
  DEFAULT_ENGINE_SHARD_CONFIG,
  EngineShardConfig,
  type EngineShard,
} from '../../codec/robustmq/shard.ts';
import type { ShareGroup, ShareGroupMember } from '../../codec/robustmq/share-group.ts';
import { ShareGroupParams, shareGroupStub } from '../../codec/robustmq/share-group.ts';
import type { MqttSubscribe } from '../../codec/robustmq/subscribe.ts';
import { DEFAULT_TENANT_CONFIG, TenantConfig } from '../../codec/robustmq/tenant.ts';
import { connector } from '../../state/registry/connector.ts';
import { node } from '../../state/registry/node.ts';
import { offset } from '../../state/registry/offset.ts';
import { resourceConfig } from '../../state/registry/resource-config.ts';
import { schema, schemaBind } from '../../state/registry/schema.ts';
import { subscribe } from '../../state/registry/session.ts';
import { segment, segmentMeta, shard } from '../../state/registry/shard.ts';
import { shareGroup, shareGroupMember } from '../../state/registry/share-group.ts';
import { tenant } from '../../state/registry/tenant.ts';
import { topic } from '../../state/registry/topic.ts';
import { rowOfKey } from '../../state/resources/key.ts';
import type { Key } from '../../state/resources/key.ts';
import type { Resource } from '../../state/resources/resource.ts';
import { connectorNamed } from '../../state/testing/connector-named.ts';
import { nodeOf } from '../../state/testing/registry-world.ts';
import { topicWith } from '../../state/testing/topic-with.ts';
import { askRpc } from '../testing/ask.ts';
import { startMemoryMember } from '../testing/memory-member.ts';
import type { MemoryMember } from '../testing/memory-member.ts';
import { META_SERVICES } from './services.ts';

type Call = readonly [rpc: string, request: Readonly<Record<string, unknown>>];

interface Case {
  readonly does: string;
  /** What was called before. */
  readonly given?: readonly Call[];
  readonly call: Call;
  /** What is answered, beside that it was done. */
  readonly reply?: Readonly<Record<string, unknown>>;
  readonly stored: readonly Stored[];
  /** Each as `type/action`, and what it says. */
  readonly told: readonly (readonly [what: string, value: unknown])[];
}

/** A record, or that there is none. */
interface Stored {
  readonly row: string;
  readonly decode: (row: Uint8Array) => unknown;
  readonly value: unknown;
}

const stored = <Value>(
  { table, codec }: Resource<Value>,
  key: Key,
  value: NoInfer<Value> | undefined,
): Stored => ({ row: rowOfKey(table, key), decode: (row) => codec.decode(row), value });

const NOW_S = 1_700_000_000n;
const NOW_MS = 1_000n * NOW_S;

/** Those of `records.spec.ts`: they are put, and deleted. */
const PUT = [
  ...['CreateAcl', 'CreateAgent', 'CreateAutoSubscribeRule', 'CreateBlacklist', 'CreateConnector'],
  ...['CreateMail', 'CreateNatsSubscribe', 'CreateSchema', 'CreateSession'],
  ...[
    'CreateTopicRewriteRule',
    'CreateUser',
    'SetBinding',
    'SetExchange',
    'SetKafkaDelegationToken',
  ],
  ...['SetKafkaQuota', 'SetQueue', 'SetScramCredential'],
];

const withFolder = (id: bigint) => ({ ...nodeOf(id, ['broker', 'engine']), storage_fold: ['/d'] });
const register = (id: bigint): Call => ['RegisterNode', { node: node.wire.encode(withFolder(id)) }];

const NODES: readonly Case[] = [
  {
    does: 'puts a node, and answers its epoch',
    given: [register(7n)],
    call: register(7n),
    reply: { brokerEpoch: 2n },
    stored: [stored(node, ['7'], withFolder(7n))],
    told: [['Node/Create', withFolder(7n)]],
  },
  {
    does: 'deletes a node',
    given: [register(7n)],
    call: ['UnRegisterNode', { nodeId: 7n }],
    stored: [stored(node, ['7'], undefined)],
    told: [['Node/Delete', withFolder(7n)]],
  },
];

const resources = ['cluster', 'MqttProtocol'];
const CONFIG = { resource: 'cluster/MqttProtocol', config: Uint8Array.of(0, 255) };
const setConfig: Call = ['SetResourceConfig', { resources, config: Buffer.from(CONFIG.config) }];

const CONFIGS: readonly Case[] = [
  {
    does: 'puts a config under its path',
    call: setConfig,
    stored: [stored(resourceConfig, [CONFIG.resource], CONFIG)],
    told: [['ClusterResourceConfig/Create', CONFIG]],
  },
  {
    does: 'deletes a config without a word',
    given: [setConfig],
    call: ['DeleteResourceConfig', { resources }],
    stored: [stored(resourceConfig, [CONFIG.resource], undefined)],
    told: [],
  },
];

const save = (...shardNames: readonly string[]): Call => {
  const offsets = shardNames.map((shardName) => ({
    ...{ shardName, offset: 5n, topic: 'x', partition: 3 },
  }));
  return ['SaveOffsetData', { offsets: [{ tenant: 't', group: 'g', offsets }] }];
};
const saved = (shard_name: string): Stored =>
  stored(offset, ['t', 'g', shard_name], {
    ...{ tenant: 't', group: 'g', shard_name, topic: 'x', partition: 3 },
    ...{ offset: 5n, saved_ms: NOW_MS },
  });

const OFFSETS: readonly Case[] = [
  {
    does: 'saves offsets, and answers that all were saved',
    call: save('r', 's'),
    reply: { committed: true },
    stored: [saved('r'), saved('s')],
    told: [],
  },
  {
    does: 'deletes the offsets of a group in some shards',
    given: [save('r', 's')],
    call: ['DeleteOffsetData', { tenant: 't', group: 'g', shardNames: ['s', 'z'] }],
    stored: [saved('r'), stored(offset, ['t', 'g', 's'], undefined)],
    told: [['GroupOffset/Update', { tenant: 't', group_name: 'g', shard_names: ['s', 'z'] }]],
  },
];

const schemaSaying = (desc: string) =>
  ({ tenant: 't', name: 's', schema_type: 'JSON', desc, schema: '{}' }) as const;
const schemaRequest = (desc: string) => ({
  ...{ tenant: 't', schemaName: 's', schema: schema.wire.encode(schemaSaying(desc)) },
});
const createSchema: Call = ['CreateSchema', schemaRequest('first')];
const BIND = { tenant: 't', schemaName: 's', resourceName: 'r' };
const BOUND = { tenant: 't', schema_name: 's', resource_name: 'r' };

const SCHEMAS: readonly Case[] = [
  {
    does: 'replaces a schema',
    given: [createSchema],
    call: ['UpdateSchema', schemaRequest('second')],
    stored: [stored(schema, ['t', 's'], schemaSaying('second'))],
    told: [['Schema/Create', schemaSaying('second')]],
  },
  {
    does: 'binds a schema',
    given: [createSchema],
    call: ['BindSchema', BIND],
    stored: [stored(schemaBind, ['t', 'r', 's'], BOUND)],
    told: [['SchemaResource/Create', BOUND]],
  },
  {
    does: 'takes a schema off what it is bound to',
    given: [createSchema, ['BindSchema', BIND]],
    call: ['UnBindSchema', BIND],
    stored: [
      stored(schemaBind, ['t', 'r', 's'], undefined),
      stored(schema, ['t', 's'], schemaSaying('first')),
    ],
    told: [['SchemaResource/Delete', BOUND]],
  },
];

const OTHER_CONFIG = { ...DEFAULT_TENANT_CONFIG, max_sessions: 7n };
const config = bincode(TenantConfig).encode(OTHER_CONFIG);
const FIRST = {
  ...{ tenant_name: 'a', desc: 'first', config: OTHER_CONFIG, create_time: NOW_S },
};
const createTenant: Call = ['CreateTenant', { tenantName: 'a', desc: 'first', config }];

const TENANTS: readonly Case[] = [
  {
    does: 'puts a tenant',
    call: createTenant,
    stored: [stored(tenant, ['a'], FIRST)],
    told: [['Tenant/Create', FIRST]],
  },
  {
    does: 'changes the description and the limits of a tenant',
    given: [['CreateTenant', { tenantName: 'a', desc: 'zeroth' }]],
    call: ['UpdateTenant', { tenantName: 'a', desc: 'first', config }],
    stored: [stored(tenant, ['a'], FIRST)],
    told: [['Tenant/Update', FIRST]],
  },
  {
    does: 'changes the description of a tenant alone',
    given: [createTenant],
    call: ['UpdateTenant', { tenantName: 'a', desc: 'second' }],
    stored: [stored(tenant, ['a'], { ...FIRST, desc: 'second' })],
    told: [['Tenant/Update', { ...FIRST, desc: 'second' }]],
  },
  {
    does: 'deletes a tenant',
    given: [createTenant],
    call: ['DeleteTenant', { tenantName: 'a' }],
    stored: [stored(tenant, ['a'], undefined)],
    told: [['Tenant/Delete', FIRST]],
  },
];

const PARAMS: ShareGroupParams = {
  kind: 'AMQP',
  value: { channel_id: 2, consumer_tag: 'c', no_ack: true, exclusive: false },
};
const GROUP: ShareGroup = {
  ...{ uuid: 'id1', tenant: 't', group_name: 'g', leader_broker: 7n },
  ...{ sub_params: PARAMS, create_time: NOW_S },
};
const createGroup: Call = [
  'CreateShareGroup',
  { tenant: 't', group: 'g', params: bincode(ShareGroupParams).encode(PARAMS) },
];
const MEMBER: ShareGroupMember = {
  ...{ tenant: 't', group_name: 'g', broker_id: 8n, sub_path: 'p', sid: 's' },
  ...{ params: PARAMS, connect_id: 9n, create_time: 1n },
};
const addMember: Call = ['AddShareGroupMember', { data: shareGroupMember.wire.encode(MEMBER) }];

const GROUPS: readonly Case[] = [
  {
    does: 'puts a group, and answers it',
    given: [register(7n)],
    call: createGroup,
    reply: { group: Buffer.from(shareGroup.wire.encode(GROUP)) },
    stored: [stored(shareGroup, ['t', 'g'], GROUP)],
    told: [['ShareGroup/Create', GROUP]],
  },
  {
    does: 'deletes a group, and tells its name',
    given: [register(7n), createGroup],
    call: ['DeleteShareGroup', { tenant: 't', group: 'g' }],
    stored: [stored(shareGroup, ['t', 'g'], undefined)],
    told: [['ShareGroup/Delete', shareGroupStub('t', 'g')]],
  },
  {
    does: 'puts a member, and its group before it',
    given: [register(7n)],
    call: addMember,
    stored: [
      stored(shareGroup, ['t', 'g'], GROUP),
      stored(shareGroupMember, ['8', '9', 's'], MEMBER),
    ],
    told: [
      ['ShareGroup/Create', GROUP],
      ['ShareGroupMember/Create', MEMBER],
    ],
  },
  {
    does: 'deletes a member, not its group',
    given: [register(7n), addMember],
    call: ['DeleteShareGroupMember', { brokerId: 8n, connectId: 9n, sid: 's' }],
    stored: [
      stored(shareGroupMember, ['8', '9', 's'], undefined),
      stored(shareGroup, ['t', 'g'], GROUP),
    ],
    told: [['ShareGroupMember/Delete', MEMBER]],
  },
];

const TOPIC = topicWith('a', ['s']);
const GROWN = topicWith('a', ['s', 'id a-1', 'id a-2']);
const createTopic: Call = [
  'CreateTopic',
  { tenant: 't', topicName: 'a', content: topic.wire.encode(TOPIC) },
];

const TOPICS: readonly Case[] = [
  {
    does: 'puts a topic',
    call: createTopic,
    stored: [stored(topic, ['t', 'a'], TOPIC)],
    told: [['Topic/Create', TOPIC]],
  },
  {
    does: 'marks a topic, and tells that it is deleted',
    given: [createTopic],
    call: ['DeleteTopic', { tenant: 't', topicName: 'a' }],
    stored: [stored(topic, ['t', 'a'], { ...TOPIC, mark_delete: true })],
    told: [['Topic/Delete', TOPIC]],
  },
  {
    does: 'gives a topic more partitions',
    given: [createTopic],
    call: ['UpdateTopicPartitions', { tenant: 't', topicName: 'a', partition: 3 }],
    stored: [stored(topic, ['t', 'a'], GROWN)],
    told: [['Topic/Create', GROWN]],
  },
];

const SUBSCRIPTION: MqttSubscribe = {
  ...{ tenant: 't', client_id: 'c', path: 'p', broker_id: 1n, protocol: 'Mqtt5', pkid: 1 },
  filter: {
    ...{ path: 'p', qos: 'AtLeastOnce', no_local: true, preserve_retain: false },
    retain_handling: 'Never',
  },
  ...{ subscribe_properties: undefined, create_time: 1n },
};
const setSubscribe: Call = [
  'SetSubscribe',
  { clientId: 'c', path: 'p', subscribe: subscribe.wire.encode(SUBSCRIPTION) },
];

const SUBSCRIPTIONS: readonly Case[] = [
  {
    does: 'puts a subscription',
    call: setSubscribe,
    stored: [stored(subscribe, ['c', 'p'], SUBSCRIPTION)],
    told: [['Subscribe/Create', SUBSCRIPTION]],
  },
  {
    does: 'deletes a subscription',
    given: [setSubscribe],
    call: ['DeleteSubscribe', { clientId: 'c', path: 'p' }],
    stored: [stored(subscribe, ['c', 'p'], undefined)],
    told: [['Subscribe/Delete', SUBSCRIPTION]],
  },
];

const STOPPED = connectorNamed('c', { status: 'Stop', broker_id: 7n });
const connectorRequest = (value: typeof STOPPED) => ({
  ...{ connectorName: 'c', connector: connector.wire.encode(value) },
});

const CONNECTORS: readonly Case[] = [
  {
    does: 'replaces a connector',
    given: [['CreateConnector', connectorRequest(connectorNamed('c'))]],
    call: ['UpdateConnector', connectorRequest(STOPPED)],
    stored: [stored(connector, ['c'], STOPPED)],
    told: [['Connector/Create', STOPPED]],
  },
];

const SHARD: EngineShard = {
  ...{ shard_uid: 'id1', shard_name: 's', topic_name: 'x', desc: 'd', create_time: NOW_S },
  ...{ start_segment_seq: 0, active_segment_seq: 0, last_segment_seq: 0, status: 'Run' },
  config: { ...DEFAULT_ENGINE_SHARD_CONFIG, storage_type: 'EngineSegment' },
};
const SEGMENT: EngineSegment = {
  ...{ shard_name: 's', segment_seq: 0, isr: [7n], last_known_isr: [], status: 'Write' },
  replicas: [{ replica_seq: 0n, node_id: 7n, fold: '/d' }],
  ...{ leader: 7n, leader_epoch: 0, segment_epoch: 0, leader_broker_epoch: 1n },
};
const META: EngineSegmentMetadata = {
  ...{ shard_name: 's', segment_seq: 0, start_offset: 0n, end_offset: 0n },
  ...{ start_timestamp: -1n, end_timestamp: -1n },
};
const createShard = (replica_num: number): Call => [
  'CreateShard',
  {
    ...{ shardName: 's', topicName: 'x', desc: 'd' },
    shardConfig: bincode(EngineShardConfig).encode({ ...SHARD.config, replica_num }),
  },
];
const SHARD_THERE = [register(7n), createShard(1)];
const seal: Call = ['SealUpSegment', { shardName: 's', segment: 0, endTimestamp: 9n }];
const SEALED: EngineSegment = { ...SEGMENT, status: 'SealUp' };
const DOOMED: EngineSegment = { ...SEGMENT, status: 'PreDelete' };
const ENDED = { ...META, end_timestamp: 9n };
const STARTED = { ...META, start_timestamp: 9n };
const MARKED: EngineShard = { ...SHARD, status: 'PrepareDelete' };

const NEXT_SHARD = { ...SHARD, active_segment_seq: 1, last_segment_seq: 1 };
const NEXT_SEGMENT = { ...SEGMENT, segment_seq: 1 };
const NEXT_META = { ...META, segment_seq: 1, start_offset: 100n };
const FULL_META = { ...META, end_offset: 99n };
const CLOSED_META = { ...FULL_META, end_timestamp: NOW_S };

const ENGINE: readonly Case[] = [
  {
    does: 'puts a shard and its first segment, and answers where that is',
    given: [register(7n)],
    call: createShard(1),
    reply: { segmentNo: 0, replica: [7n] },
    stored: [
      stored(shard, ['s'], SHARD),
      stored(segment, ['s', '0'], SEGMENT),
      stored(segmentMeta, ['s', '0'], META),
    ],
    told: [
      ['Shard/Create', SHARD],
      ['Segment/Create', SEGMENT],
      ['SegmentMeta/Create', META],
    ],
  },
  {
    does: 'marks a shard',
    given: SHARD_THERE,
    call: ['DeleteShard', { shardName: 's' }],
    stored: [stored(shard, ['s'], MARKED)],
    told: [['Shard/Create', MARKED]],
  },
  {
    does: 'seals a segment and puts the next',
    given: SHARD_THERE,
    call: [
      'CreateNextSegment',
      { shardName: 's', currentSegment: 0, currentSegmentEndOffset: 99n },
    ],
    stored: [
      stored(shard, ['s'], NEXT_SHARD),
      stored(segment, ['s', '0'], SEALED),
      stored(segmentMeta, ['s', '0'], CLOSED_META),
      stored(segment, ['s', '1'], NEXT_SEGMENT),
      stored(segmentMeta, ['s', '1'], NEXT_META),
    ],
    told: [
      ['Segment/Create', NEXT_SEGMENT],
      ['SegmentMeta/Create', NEXT_META],
      ['Shard/Create', NEXT_SHARD],
      ['SegmentMeta/Create', FULL_META],
      ['Segment/Create', SEALED],
      ['SegmentMeta/Create', CLOSED_META],
    ],
  },
  {
    does: 'seals a segment',
    given: SHARD_THERE,
    call: seal,
    stored: [stored(segment, ['s', '0'], SEALED), stored(segmentMeta, ['s', '0'], ENDED)],
    told: [
      ['Segment/Create', SEALED],
      ['SegmentMeta/Create', ENDED],
    ],
  },
  {
    does: 'marks a segment',
    given: [...SHARD_THERE, seal],
    call: ['DeleteSegment', { segmentList: [{ shardName: 's', segment: 0 }] }],
    stored: [stored(segment, ['s', '0'], DOOMED)],
    told: [['Segment/Create', DOOMED]],
  },
  {
    does: 'says when a segment begins',
    given: SHARD_THERE,
    call: ['UpdateStartTimeBySegmentMeta', { shardName: 's', segment: 0, startTimestamp: 9n }],
    stored: [stored(segmentMeta, ['s', '0'], STARTED)],
    told: [['SegmentMeta/Create', STARTED]],
  },
];

/** All that can be taken for one another differ: numbers of nodes, and of each kind of epoch. */
const ISR = { shardName: 's', segment: 0, requesterNodeId: 7n, requesterBrokerEpoch: 3n };
const IN_SYNC: EngineSegment = {
  ...SEGMENT,
  ...{ isr: [8n, 7n], segment_epoch: 2, leader_broker_epoch: 3n },
  replicas: [
    { replica_seq: 0n, node_id: 7n, fold: '/d' },
    { replica_seq: 1n, node_id: 8n, fold: '/d' },
  ],
};

const REPLICAS: readonly Case[] = [
  {
    does: 'puts the replicas in sync, and answers the next epoch of their segment',
    given: [
      ...[register(7n), register(7n), register(7n), register(8n), createShard(2)],
      [
        'UpdateSegmentIsr',
        { ...ISR, newIsr: [7n], expectedLeaderEpoch: 0, expectedSegmentEpoch: 0 },
      ],
    ],
    call: [
      'UpdateSegmentIsr',
      { ...ISR, newIsr: [8n, 7n], expectedLeaderEpoch: 0, expectedSegmentEpoch: 1 },
    ],
    reply: { newSegmentEpoch: 2 },
    stored: [stored(segment, ['s', '0'], IN_SYNC)],
    told: [['Segment/Update', IN_SYNC]],
  },
];

const CASES = [
  ...[NODES, CONFIGS, OFFSETS, SCHEMAS, TENANTS, GROUPS, TOPICS, SUBSCRIPTIONS, CONNECTORS],
  ...[ENGINE, REPLICAS],
].flat();

describe('A write', () => {
  let member: MemoryMember;
  beforeEach(async () => {
    member = await startMemoryMember({ wallMs: () => Number(NOW_MS) });
  });
  afterEach(() => member.stop());

  const done = async ([rpc, request]: Call): Promise<unknown> => {
    const { code, details, replies } = await askRpc(member.services, rpc, request);
    assert.equal(code, 'OK', `${rpc}: ${details}`);
    return replies;
  };

  for (const { does, given = [], call, reply = {}, stored: rows, told } of CASES) {
    it(`${call[0]} ${does}`, async () => {
      for (const each of given) await done(each);
      const from = member.pushes.length;
      assert.deepEqual(await done(call), [reply]);
      for (const { row, decode, value } of rows) {
        const bytes = member.node.row(row);
        assert.deepEqual(bytes && decode(bytes), value, row);
      }
      const pushes = member.pushes.slice(from).map(({ type, action, payload }) => {
        const { changed, deleted } = CACHE_PUSHES[type];
        return [`${type}/${action}`, (action === 'Delete' ? deleted : changed).decode(payload)];
      });
      assert.deepEqual(pushes, told);
    });
  }
});

describe('Of all writes there', () => {
  it('is a case here, or they are put and deleted as they are', () => {
    const all = META_SERVICES.flatMap(({ definition, rows }) =>
      Object.entries(definition).flatMap(([rpc, { path }]) =>
        rows[rpc]?.kind === 'write' ? [path.split('/')[2] ?? ''] : [],
      ),
    );
    const put = PUT.flatMap((rpc) => [rpc, rpc.replace(/^(Create|Set)/, 'Delete')]);
    const here = new Set(CASES.map(({ call: [rpc] }) => rpc));
    assert.deepEqual([...here, ...put].sort(), all.sort());
  });
});
