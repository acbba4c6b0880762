/** The meta services as brokers see them: by what goes over the wire. */
import assert from 'node:assert/strict';
import { bincode } from '../../codec/layout/bincode.ts';
import { json } from '../../codec/layout/json.ts';
import { ClusterStatus } from '../../codec/robustmq/cluster-status.ts';
import { DEFAULT_ENGINE_SHARD_CONFIG, EngineShardConfig } from '../../codec/robustmq/shard.ts';
import { Tenant } from '../../codec/robustmq/tenant.ts';
import type { AmqpQueue } from '../../codec/robustmq/amqp.ts';
import { amqpQueue } from '../../state/registry/amqp.ts';
import { acl, user } from '../../state/registry/access.ts';
import { node } from '../../state/registry/node.ts';
import { offset } from '../../state/registry/offset.ts';
import { schema } from '../../state/registry/schema.ts';
import { segment } from '../../state/registry/shard.ts';
import { session, subscribe } from '../../state/registry/session.ts';
import { shareGroupMember } from '../../state/registry/share-group.ts';
import { tenant } from '../../state/registry/tenant.ts';
import { topic } from '../../state/registry/topic.ts';
import { rowsWith } from '../../state/resources/key.ts';
import { userNamed } from '../../state/testing/access.ts';
import { nodeOf } from '../../state/testing/registry-world.ts';
import { topicWith } from '../../state/testing/topic-with.ts';
import { REQUEST_RULES } from '../request-rules.ts';
import { askBytes } from '../testing/ask.ts';
import { MEMBER_OPTIONS, startMemoryMember } from '../testing/memory-member.ts';
import type { MemoryMember } from '../testing/memory-member.ts';
import { META_SERVICES } from './services.ts';

interface Asked {
  readonly code: string;
  readonly details: string;
  readonly replies: readonly Record<string, unknown>[];
}

const methods = META_SERVICES.flatMap(({ definition }) => Object.values(definition));
const pathOf = (rpc: string): string =>
  methods.find(({ path }) => path.endsWith(`/${rpc}`))?.path ?? assert.fail(rpc);

describe('The meta services', () => {
  let member: MemoryMember;
  before(async () => {
    member = await startMemoryMember();
  });
  after(() => member.stop());

  /** Sends what is given, and empty what is not. */
  async function ask(
    rpc: string,
    request: Record<string, unknown> = {},
    number?: number,
  ): Promise<Asked> {
    const path = pathOf(rpc);
    const method = methods.find((each) => each.path === path)!;
    const whole = { ...(method.requestDeserialize(Buffer.alloc(0)) as object), ...request };
    const asked = await askBytes(member.services, path, method.requestSerialize(whole), number);
    if (!('replies' in asked)) return { ...asked, replies: [] };
    const replies = asked.replies.map((reply) => method.responseDeserialize(reply) as never);
    return { code: 'OK', details: '', replies };
  }
  const told = (from: number): string[] =>
    member.pushes.slice(from).map(({ type, action }) => `${type}/${action}`);

  const userOf = (username: string, of = 't') =>
    user.codec.encode(userNamed(username, { tenant: of }));
  const createUser = (name: string, of = 't'): Promise<Asked> =>
    ask('CreateUser', { tenant: of, userName: name, content: userOf(name, of) });
  const named = (asked: Asked, field: string, codec: { decode: (bytes: Buffer) => object }) =>
    (asked.replies[0]?.[field] as Buffer[]).map((each) => codec.decode(each) as never);
  const topicOf = (topic_name: string, of = 't') =>
    topic.codec.encode({
      topic_id: 'i',
      tenant: of,
      topic_name,
      storage_type: 'EngineMemory',
      source: 'MQTT',
      partition: 1,
      replication: 1,
      storage_name_list: new Map(),
      config: { max_segment_size: undefined, max_record_num: undefined, retention_sec: 1n },
      mark_delete: false,
      create_time: 1n,
    });

  it('answer all 108 rpcs, when a broker that finds nothing boots as well', async () => {
    assert.equal(methods.length, 108);
    for (const { path } of methods) {
      const { code, details } = await ask(path.split('/')[2]!);
      assert.ok(code !== 'UNIMPLEMENTED' && code !== 'UNKNOWN', `${path}: ${code} ${details}`);
    }
    const boot =
      'NodeList ListTopic ListConnectors ListSchema ListBindSchema ListTenant ListShareGroup ListShareGroupMember ListUser ListAcl ListBlacklist ListTopicRewriteRule ListAutoSubscribeRule ListNatsSubscribe ListMail ListAgent ListExchange ListQueue ListBinding ListShard ListSegment ListSegmentMeta';
    for (const rpc of boot.split(' ')) assert.equal((await ask(rpc)).code, 'OK', rpc);
    for (const rpc of ['ListKafkaQuota', 'ListKafkaDelegationToken', 'ListScramCredential']) {
      assert.equal((await ask(rpc, { tenant: 'default' })).code, 'OK', rpc);
    }
    const config = await ask('GetResourceConfig', { resources: ['cluster', 'MqttProtocol'] });
    assert.deepEqual(config.replies, [{ config: Buffer.alloc(0) }]);
  });

  describe('refuse', () => {
    it('an empty request by the first of its rules, with the words of v0.4.11', async () => {
      const messages = Object.keys(REQUEST_RULES).filter((message) => message.endsWith('Request'));
      for (const message of messages) {
        const rpc = message.slice(message.lastIndexOf('.') + 1, -'Request'.length);
        if (!methods.some(({ path }) => path.endsWith(`/${rpc}`))) continue;
        const [first = ''] = Object.keys(REQUEST_RULES[message] ?? {});
        const { code, details } = await ask(rpc);
        assert.equal(code, 'INVALID_ARGUMENT', rpc);
        assert.ok(details.startsWith(`"${message}.${first}": `), details);
      }
    });

    const MQTT = 'meta.service.mqtt';
    const COMMON = 'meta.service.common';
    const characters = 'characters length must be greater than or equal to 1';
    const RULES: readonly (readonly [string, Record<string, unknown>, string])[] = [
      ['CreateUser', { tenant: 't' }, `"${MQTT}.CreateUserRequest.user_name": ${characters}`],
      [
        'CreateUser',
        { tenant: 't', userName: 'u' },
        `"${MQTT}.CreateUserRequest.content": bytes length must be greater than or equal to 1`,
      ],
      ['CreateSession', {}, `"${MQTT}.CreateSessionRequest.sessions": must have at least 1 items`],
      [
        'CreateSession',
        {
          sessions: [
            { clientId: 'c', session: Buffer.from('s') },
            { clientId: '', session: '' },
          ],
        },
        `"${MQTT}.CreateSessionRequest.sessions[1]": "${MQTT}.CreateSessionRaw.client_id": ${characters}`,
      ],
      [
        'SaveOffsetData',
        { offsets: [{ group: 'g', tenant: 't', offsets: [] }] },
        `"${COMMON}.SaveOffsetDataRequest.offsets[0]": "${COMMON}.SaveOffsetData.offsets": must have at least 1 items`,
      ],
      [
        'UpdateTopicPartitions',
        { tenant: 't', topicName: 'a' },
        `"${MQTT}.UpdateTopicPartitionsRequest.partition": must be greater than or equal to 1`,
      ],
      ['ReportMonitor', {}, `"${COMMON}.ReportMonitorRequest.cpu_rate": must be greater than 0`],
    ];
    for (const [rpc, request, text] of RULES) {
      it(`${rpc}: ${text}`, async () => {
        const { code, details } = await ask(rpc, request);
        assert.deepEqual([code, details], ['INVALID_ARGUMENT', text]);
      });
    }

    it('a payload that is not of what the request names', async () => {
      const content = userOf('other');
      assert.deepEqual(await ask('CreateUser', { tenant: 't', userName: 'u', content }), {
        code: 'INVALID_ARGUMENT',
        details: 'the request and its payload contradict each other: username is "u" and "other"',
        replies: [],
      });
    });

    it('what is too long', async () => {
      const long = 'n'.repeat(5_000);
      const limits: readonly (readonly [string, Record<string, unknown>, RegExp])[] = [
        ['DeleteUser', { tenant: 't', userName: long }, /^limits\.key: 4096 bytes at most/],
        ['CreateUser', { tenant: 't', userName: 'u', content: userOf(long) }, /^limits\.key: /],
        ['CreateAcl', { acl: Buffer.alloc(3 << 20) }, /^limits\.value: /],
        [
          'CreateNatsSubscribe',
          { subscribes: Array.from({ length: 3 }, () => Buffer.alloc(2 << 20)) },
          /^limits\.message: /,
        ],
      ];
      for (const [rpc, request, text] of limits) {
        const { code, details } = await ask(rpc, request);
        assert.equal(code, 'RESOURCE_EXHAUSTED', details);
        assert.match(details, text);
      }
    });

    it('a topic of more shards than one may grow to', async () => {
      const create = (count: number, topicName = 'wide'): Promise<Asked> => {
        const shards = Array.from({ length: count }, (_, at) => `s${at}`);
        const content = topic.codec.encode(topicWith(topicName, shards));
        return ask('CreateTopic', { tenant: 't', topicName, content });
      };
      const long = 'l'.repeat(4_000);
      assert.deepEqual(
        (await create(5_000, long)).details,
        `Topic '${long}' with 5000 shards: 1039 at most`,
      );
      const { code, details } = await create(10_001);
      assert.deepEqual(
        [code, details],
        ['INVALID_ARGUMENT', "Topic 'wide' with 10001 shards: 10000 at most"],
      );
      assert.equal((await create(10_000)).code, 'OK');
    });

    it("the original's Raft, and nothing that a broker asks of members", async () => {
      const value = Buffer.from('v');
      for (const rpc of ['Vote', 'Append', 'Snapshot']) {
        const { code, details } = await ask(rpc, { machine: 'metadata_0', value });
        assert.deepEqual([code, details.includes('own Raft protocol')], ['INTERNAL', true], rpc);
      }
      const { configurationIndex } = member.node.status();
      assert.equal((await ask('JoinCluster', { nodeId: 7n, rpcAddr: 'a:1' })).code, 'INTERNAL');
      assert.equal((await ask('LeaveCluster', { nodeId: 1n })).code, 'OK');
      assert.equal(member.node.status().configurationIndex, configurationIndex);
    });

    it('a search of agents, as the original built without it', async () => {
      const { code, details } = await ask('SearchAgent', { text: 'a' });
      assert.deepEqual(
        [code, details],
        [
          'INTERNAL',
          "agent search is not enabled in this build (missing the 'vector-search' feature)",
        ],
      );
    });
  });

  describe('say what became of a write', () => {
    it('in the words of v0.4.11, with its one status', async () => {
      await createUser('twice');
      const again = await createUser('twice');
      assert.deepEqual([again.code, again.details], ['INTERNAL', 'User [twice] already exist']);
      const gone = await ask('DeleteUser', { tenant: 't', userName: 'nobody' });
      assert.deepEqual([gone.code, gone.details], ['INTERNAL', 'User nobody does not exist']);
    });

    it('with a status for each kind where v0.4.11 has them', async () => {
      const missing = await ask('DeleteShard', { shardName: 's' });
      assert.deepEqual([missing.code, missing.details], ['NOT_FOUND', 'Shard s does not exist']);
      const unnamed = await ask('CreateShard', {});
      assert.equal(unnamed.code, 'INVALID_ARGUMENT');
      assert.equal(unnamed.details, 'Request parameters [shard_name] cannot be null');
    });

    it('once, whoever comes first of many at once', async () => {
      const from = member.pushes.length;
      const all = await Promise.all(Array.from({ length: 8 }, () => createUser('race')));
      assert.equal(all.filter(({ code }) => code === 'OK').length, 1);
      assert.deepEqual(told(from), ['User/Create']);
    });
  });

  describe('list', () => {
    it('by the parts of a key, one tenant or all, in the order of keys', async () => {
      for (const [name, of] of [
        ['b', 'l'],
        ['a', 'l'],
        ['c', 'l/x'],
      ] as const) {
        await createUser(name, of);
      }
      const names = async (request: object): Promise<string[]> =>
        named(await ask('ListUser', { ...request }), 'users', user.codec)
          .map(
            ({ tenant: of, username }: { tenant: string; username: string }) => `${of} ${username}`,
          )
          .filter((name) => name.startsWith('l'));
      assert.deepEqual(await names({}), ['l a', 'l b', 'l/x c']);
      assert.deepEqual(await names({ tenant: 'l' }), ['l a', 'l b']);
      assert.deepEqual(await names({ tenant: 'l', userName: 'b' }), ['l b']);
      assert.deepEqual(await names({ userName: 'b' }), []);
    });

    it('as many as there are, message by message', async () => {
      const count = 300;
      for (let each = 0; each < count; each += 1) {
        const topicName = `many${String(each).padStart(3, '0')}`;
        await ask('CreateTopic', { tenant: 'm', topicName, content: topicOf(topicName, 'm') });
      }
      const { replies } = await ask('ListTopic', { tenant: 'm' });
      const names = replies.map((reply) => topic.codec.decode(reply['topic'] as Buffer).topic_name);
      assert.deepEqual([names.length, names[0], names[299]], [count, 'many000', 'many299']);
      assert.equal(new Set(names).size, count);
      assert.equal(
        (await ask('ListTopic', { tenant: 'm', topicName: 'many007' })).replies.length,
        1,
      );
      assert.equal((await ask('ListTopic', { topicName: 'many007' })).replies.length, 0);
    });

    it('in JSON what they take in JSON, and push it in bincode', async () => {
      const text =
        '{"name":"j","desc":"","tenant":"t","resource_type":"User","resource_name":"u","topic":"#","ip":"*","action":"All","permission":"Deny"}';
      await ask('CreateAcl', { acl: Buffer.from(text) });
      const { replies } = await ask('ListAcl', { tenant: 't' });
      assert.deepEqual((replies[0]?.['acls'] as Buffer[]).map(String), [text]);
      const push = member.pushes.at(-1)!;
      assert.deepEqual(acl.codec.decode(push.payload), acl.wire.decode(Buffer.from(text)));
    });

    it('segments as they are asked for: some in that order, one shard, or all by -1', async () => {
      await ask('RegisterNode', { node: node.codec.encode(nodeOf(1n, ['engine', 'broker'])) });
      const shardConfig = bincode(EngineShardConfig).encode(DEFAULT_ENGINE_SHARD_CONFIG);
      for (const shardName of ['sa', 'sb', 'sc'])
        await ask('CreateShard', { shardName, shardConfig });
      const shards = async (request: object): Promise<string[]> =>
        (await ask('ListSegment', { ...request })).replies.map(
          (reply) => segment.codec.decode(reply['segment'] as Buffer).shard_name,
        );
      const pairs = ['sc', 'none', 'sa'].map((shardName) => ({ shardName, segment: 0 }));
      assert.deepEqual(await shards({ segment: -1, filters: pairs }), ['sc', 'sa']);
      assert.deepEqual(await shards({ segment: -1 }), ['sa', 'sb', 'sc']);
      assert.deepEqual(await shards({ segment: -1, shardName: 'sb' }), ['sb']);
      assert.deepEqual(await shards({ segment: 0, shardName: 'sb' }), ['sb']);
      assert.deepEqual(await shards({}), []);
    });

    it('an empty tenant of AMQP as a tenant', async () => {
      const queue: AmqpQueue = {
        queue_id: 'q',
        tenant: '',
        queue_name: 'q',
        durable: false,
        exclusive: false,
        auto_delete: false,
        arguments: new Map(),
        create_time: 1n,
      };
      for (const each of ['', 'a']) {
        await ask('SetQueue', { queue: amqpQueue.wire.encode({ ...queue, tenant: each }) });
      }
      const { replies } = await ask('ListQueue', { tenant: '' });
      assert.equal((replies[0]?.['queues'] as Buffer[]).length, 1);
    });

    it('members of a connection', async () => {
      await ask('RegisterNode', { node: node.codec.encode(nodeOf(1n, ['engine', 'broker'])) });
      for (const connect_id of [5n, 6n]) {
        const data = shareGroupMember.codec.encode({
          tenant: 't',
          group_name: 'g',
          broker_id: 1n,
          sub_path: '',
          sid: 's',
          params: { kind: 'MQTT', value: {} },
          connect_id,
          create_time: 1n,
        });
        await ask('AddShareGroupMember', { data });
      }
      const count = async (connectId: bigint): Promise<number> => {
        const { replies } = await ask('ListShareGroupMember', { connectId });
        return (replies[0]?.['members'] as Buffer[]).length;
      };
      assert.deepEqual([await count(0n), await count(6n), await count(9n)], [2, 1, 0]);
    });
  });

  describe('delete', () => {
    it('segments, up to the first that is not sealed', async () => {
      await ask('RegisterNode', { node: node.codec.encode(nodeOf(1n, ['engine', 'broker'])) });
      const shardConfig = bincode(EngineShardConfig).encode(DEFAULT_ENGINE_SHARD_CONFIG);
      for (const shardName of ['da', 'db', 'dc'])
        await ask('CreateShard', { shardName, shardConfig });
      for (const shardName of ['da', 'dc']) await ask('SealUpSegment', { shardName, segment: 0 });
      const segmentList = ['da', 'db', 'dc'].map((shardName) => ({ shardName, segment: 0 }));
      const { code, details } = await ask('DeleteSegment', { segmentList });
      assert.deepEqual(
        [code, details],
        ['FAILED_PRECONDITION', 'Segment db,0 state is Write and no deletion is allowed'],
      );
      const filters = segmentList;
      const { replies } = await ask('ListSegment', { segment: -1, filters });
      assert.deepEqual(
        replies.map((reply) => segment.codec.decode(reply['segment'] as Buffer).status),
        ['PreDelete', 'Write', 'SealUp'],
      );
    });

    // Of some bytes each, a request has room for some hundred thousand.
    it('segments, each with one entry of the log, however often it is named', async () => {
      await ask('RegisterNode', { node: node.codec.encode(nodeOf(1n, ['engine', 'broker'])) });
      const shardConfig = bincode(EngineShardConfig).encode(DEFAULT_ENGINE_SHARD_CONFIG);
      await ask('CreateShard', { shardName: 'often', shardConfig });
      await ask('SealUpSegment', { shardName: 'often', segment: 0 });
      const before = member.node.status().applied;
      const segmentList = Array.from({ length: 500 }, () => ({ shardName: 'often', segment: 0 }));
      assert.equal((await ask('DeleteSegment', { segmentList })).code, 'OK');
      const entries = member.node.status().applied - before;
      assert.ok(entries < 10, `${entries} entries`);
    });
  });

  describe('of nodes', () => {
    it('register them, hear them, and do not know others', async () => {
      const bytes = node.codec.encode(nodeOf(31n));
      const first = await ask('RegisterNode', { node: bytes });
      const { brokerEpoch } = first.replies[0] as { brokerEpoch: bigint };
      const second = await ask('RegisterNode', { node: bytes });
      assert.deepEqual(second.replies, [{ brokerEpoch: brokerEpoch + 1n }]);
      assert.equal((await ask('Heartbeat', { nodeId: 31n })).code, 'OK');
      const { code, details } = await ask('Heartbeat', { nodeId: 32n });
      assert.deepEqual([code, details], ['INTERNAL', 'Node 32 does not exist']);
      await ask('UnRegisterNode', { nodeId: 31n });
      assert.equal((await ask('Heartbeat', { nodeId: 31n })).details, 'Node 31 does not exist');
    });

    it('have a status that brokers can read before any has registered, and name one of many then', async () => {
      const fresh = await startMemoryMember();
      const rpc = async (name: string, request: object): Promise<Buffer> => {
        const method = methods.find(({ path }) => path === pathOf(name))!;
        const bytes = method.requestSerialize({
          ...(method.requestDeserialize(Buffer.alloc(0)) as object),
          ...request,
        });
        const asked = await askBytes(fresh.services, pathOf(name), bytes);
        assert.ok('replies' in asked, JSON.stringify(asked));
        const reply = method.responseDeserialize(asked.replies[0]!) as { content?: string };
        return Buffer.from(reply.content ?? '');
      };
      const leader = async () => {
        const status = json(ClusterStatus).decode(await rpc('ClusterStatus', {}));
        return [...status.values()].map(({ current_leader }) => current_leader);
      };
      try {
        assert.deepEqual(await leader(), [undefined, undefined, undefined]);
        for (const id of [12n, 13n, 11n]) {
          await rpc('RegisterNode', { node: node.codec.encode(nodeOf(id)) });
          assert.deepEqual(await leader(), [12n, 12n, 12n]);
        }
        await rpc('UnRegisterNode', { nodeId: 12n });
        assert.deepEqual(await leader(), [11n, 11n, 11n]);
      } finally {
        await fresh.stop();
      }
    });

    it('name one of them as the leader, in a status that brokers can read', async () => {
      await ask('RegisterNode', { node: node.codec.encode(nodeOf(40n)) });
      const { replies } = await ask('ClusterStatus');
      const content = Buffer.from(replies[0]?.['content'] as string);
      const status = json(ClusterStatus).decode(content);
      assert.deepEqual([...status.keys()], ['metadata_0', 'offset_0', 'data_0']);
      const { current_leader, state: role, membership_config } = status.get('metadata_0')!;
      const coordinator = await ask('GetCoordinatorLeader');
      assert.deepEqual(coordinator.replies, [{ leaderNodeId: current_leader, hasLeader: true }]);
      assert.equal(role, 'Leader');
      assert.deepEqual(membership_config.membership.nodes.get(1n)?.rpc_addr, '127.0.0.1:1228');
    });
  });

  it('fill in what a request leaves out, with the time of the proposal', async () => {
    await ask('CreateTenant', { tenantName: 'short', desc: 'd' });
    const { replies } = await ask('ListTenant', { tenantName: 'short' });
    const { config, create_time } = bincode(Tenant).decode(replies[0]?.['tenant'] as Buffer);
    assert.equal(config.max_sessions, 50_000_000n);
    assert.ok(create_time >= 1_700_000_000n && create_time < 1_700_100_000n);
    assert.deepEqual(tenant.codec.decode(member.pushes.at(-1)!.payload).create_time, create_time);
    const exists = await ask('CreateTenant', { tenantName: 'short' });
    assert.equal(exists.details, 'Tenant short already exists');
  });

  it('keep a config as it is, under any path', async () => {
    const resources = ['kafka', 'broker', ''];
    const config = Buffer.from([0, 255, 1]);
    await ask('SetResourceConfig', { resources, config });
    assert.deepEqual((await ask('GetResourceConfig', { resources })).replies, [{ config }]);
    const from = member.pushes.length;
    await ask('DeleteResourceConfig', { resources });
    assert.deepEqual(told(from), []);
    const empty = { config: Buffer.alloc(0) };
    assert.deepEqual((await ask('GetResourceConfig', { resources })).replies, [empty]);
  });

  it('forget a session with what its client subscribes to, and one path by itself', async () => {
    const value = {
      tenant: 't',
      client_id: 'c',
      session_expiry_interval: 1n,
      is_contain_last_will: false,
      last_will_delay_interval: undefined,
      create_time: 1n,
      is_persist_session: false,
      connection_id: 1n,
      broker_id: 1n,
      reconnect_time: 1n,
      distinct_time: undefined,
    };
    await ask('CreateSession', {
      sessions: [{ clientId: 'c', session: session.codec.encode(value) }],
    });
    for (const path of ['x', 'y', 'z']) {
      const filter = {
        path,
        qos: 'AtMostOnce',
        no_local: false,
        preserve_retain: false,
        retain_handling: 'Never',
      } as const;
      const subscription = subscribe.codec.encode({
        tenant: 't',
        client_id: 'c',
        path,
        broker_id: 1n,
        protocol: 'Mqtt4',
        filter,
        pkid: 1,
        subscribe_properties: undefined,
        create_time: 1n,
      });
      await ask('SetSubscribe', { clientId: 'c', path, subscribe: subscription });
    }
    const paths = async (): Promise<number> => (await ask('ListSubscribe')).replies.length;
    await ask('DeleteSubscribe', { clientId: 'c', path: 'x' });
    assert.equal(await paths(), 2);
    const from = member.pushes.length;
    await ask('DeleteSession', { tenant: 't', clientId: 'c' });
    assert.deepEqual([await paths(), told(from)], [0, ['Session/Delete']]);
    await ask('DeleteSession', { tenant: 't', clientId: 'c' });
    assert.deepEqual(told(from), ['Session/Delete']);
  });

  it('save offsets under conditions, and give back those of one group only', async () => {
    const save = async (
      group: string,
      offset: bigint,
      expectedOffset?: bigint,
    ): Promise<unknown> => {
      const offsets = [{ shardName: 's', offset, topic: 'x', partition: 3, expectedOffset }];
      const { replies } = await ask('SaveOffsetData', {
        offsets: [{ tenant: 't', group, offsets }],
      });
      return replies[0]?.['committed'];
    };
    assert.equal(await save('g', 5n), true);
    assert.equal(await save('g/h', 9n), true);
    assert.equal(await save('g', 6n, 4n), false);
    const { replies } = await ask('GetOffsetData', { tenant: 't', group: 'g' });
    assert.deepEqual(replies, [
      { offsets: [{ shardName: 's', offset: 5n, topic: 'x', partition: 3 }] },
    ]);
  });

  it('save what all groups have committed, also what one command is too short for', async function () {
    this.timeout(20_000);
    const group = 'g'.repeat(4_000);
    const shards = 1_200;
    const offsets = Array.from({ length: shards }, (_, at) => ({
      shardName: `s${at}`,
      offset: BigInt(at),
      topic: 'x',
      partition: 0,
    }));
    assert.ok(shards * group.length > MEMBER_OPTIONS.core.commandBytesMax);
    const last = { tenant: 't', group: 'last', offsets: offsets.slice(7, 8) };
    const request = { offsets: [{ tenant: 't', group, offsets }, last] };
    assert.deepEqual(await ask('SaveOffsetData', request), {
      code: 'OK',
      details: '',
      replies: [{ committed: true }],
    });
    const saved = async (of: string): Promise<unknown> =>
      (await ask('GetOffsetData', { tenant: 't', group: of })).replies[0]?.['offsets'];
    assert.deepEqual(await saved('last'), last.offsets);
    const keys = [...member.node.range(rowsWith(offset.table, ['t', group]))];
    assert.equal(keys.length, shards);
    // Of which each says the group, and the reply does not.
    assert.equal(((await saved(group)) as readonly unknown[]).length, shards);
  });

  /** As long as MQTT allows. */
  const LONGEST = 65_535;
  const longest = (unit: string): string => unit.repeat(LONGEST);

  it('save what all groups have committed, however long clients have made the name of one', async () => {
    const group = `directly_sub_${longest('c')}_${longest('f')}_${longest('t')}`;
    const offsets = [{ shardName: 's', offset: 7n, topic: longest('t'), partition: 0 }];
    const groups = ['before', group, 'behind'];
    const request = { offsets: groups.map((each) => ({ tenant: 'm', group: each, offsets })) };
    assert.equal((await ask('SaveOffsetData', request)).code, 'OK');
    const of = async (each: string): Promise<Asked> =>
      ask('GetOffsetData', { tenant: 'm', group: each });
    for (const each of groups) assert.deepEqual((await of(each)).replies, [{ offsets }]);
    await ask('DeleteOffsetData', { tenant: 'm', group, shardNames: ['s'] });
    assert.deepEqual((await of(group)).replies, [{ offsets: [] }]);
  });

  for (const whole of ['under a condition', 'with a number'] as const) {
    it(`refuse offsets ${whole} that are short on the wire and long in a command`, async () => {
      const group = 'g'.repeat(200_000);
      const expectedOffset = whole === 'under a condition' ? 0n : undefined;
      const offsets = Array.from({ length: 2_000 }, (_, at) => ({
        ...{ shardName: `s${at}`, offset: 1n, topic: 'x', partition: 0, expectedOffset },
      }));
      const { code, details } = await ask(
        'SaveOffsetData',
        { offsets: [{ tenant: 't', group, offsets }] },
        whole === 'with a number' ? 1 : undefined,
      );
      assert.equal(code, 'RESOURCE_EXHAUSTED');
      assert.match(details, /^limits\.value: \d+ bytes at most, got 400\d{6}$/);
    });
  }

  it('put the sessions of all clients of a batch, however long their names are', async () => {
    const sessionOf = (client_id: string): Buffer =>
      Buffer.from(
        session.codec.encode({
          ...{ tenant: 'm', client_id, session_expiry_interval: 30n, create_time: 5n },
          ...{ is_contain_last_will: false, last_will_delay_interval: undefined },
          ...{ is_persist_session: false, connection_id: 7n, broker_id: 1n },
          ...{ reconnect_time: undefined, distinct_time: undefined },
        }),
      );
    const names = [
      'short',
      ...Array.from({ length: 24 }, (_, at) => `${at}`.padStart(LONGEST, 'c')),
    ];
    const sessions = names.map((clientId) => ({ clientId, session: sessionOf(clientId) }));
    const before = member.node.status().applied;
    assert.equal((await ask('CreateSession', { sessions })).code, 'OK');
    // In entries of 256 KiB at most.
    assert.equal(member.node.status().applied - before, 8);
    for (const clientId of names) {
      const { replies } = await ask('ListSession', { tenant: 'm', clientId });
      assert.deepEqual(replies, [{ session: sessionOf(clientId) }]);
      assert.equal((await ask('DeleteSession', { tenant: 'm', clientId })).code, 'OK');
    }
  });

  it('say which group has offsets in more shards than a reply has room for', async function () {
    this.timeout(20_000);
    const shardNames = Array.from({ length: 1_100 }, (_, at) => `${at}`.padStart(4_000, 's'));
    for (const half of [shardNames.slice(0, 550), shardNames.slice(550)]) {
      const offsets = half.map((shardName) => ({
        shardName,
        offset: 1n,
        topic: 'x',
        partition: 0,
      }));
      const request = { offsets: [{ tenant: 't', group: 'wide', offsets }] };
      assert.equal((await ask('SaveOffsetData', request)).code, 'OK');
    }
    const wide = { tenant: 't', group: 'wide' };
    const { code, details } = await ask('GetOffsetData', wide);
    assert.equal(code, 'RESOURCE_EXHAUSTED', details);
    assert.match(
      details,
      /^the reply would take more than 4194303 bytes, .*: group wide of tenant t has offsets in more than 10\d\d shards; /,
    );
    // As it is told.
    await ask('DeleteOffsetData', { ...wide, shardNames: shardNames.slice(0, 100) });
    const { replies } = await ask('GetOffsetData', wide);
    assert.equal((replies[0]?.['offsets'] as unknown[]).length, 1_000);
  });

  it('refuse what would make a list too long for brokers that start', async () => {
    const desc = 'd'.repeat(1_000_000);
    const create = (name: string): Promise<Asked> =>
      ask('CreateAcl', {
        acl: Buffer.from(
          `{"name":"${name}","desc":"${desc}","tenant":"t","resource_type":"User","resource_name":"u","topic":"#","ip":"*","action":"All","permission":"Deny"}`,
        ),
      });
    for (const name of ['1', '2', '3']) assert.equal((await create(name)).code, 'OK');
    const { code, details } = await create('4');
    assert.equal(code, 'RESOURCE_EXHAUSTED');
    assert.match(details, /^the list of all acl would take more than the 4000000 bytes/);
    for (const name of ['1', '2', '3']) await ask('DeleteAcl', { tenant: 't', name });
  });

  it('keep a schema and what is bound to it', async () => {
    const data = schema.codec.encode({
      tenant: 't',
      name: 's',
      schema_type: 'JSON',
      desc: '',
      schema: '{}',
    });
    const bind = { tenant: 't', schemaName: 's', resourceName: 'r' };
    assert.equal((await ask('BindSchema', bind)).details, 'Schema [s] does not exist');
    await ask('CreateSchema', { tenant: 't', schemaName: 's', schema: data });
    assert.equal((await ask('BindSchema', bind)).code, 'OK');
    const count = async (request: object): Promise<number> =>
      (await ask('ListBindSchema', { ...request })).replies.length;
    assert.deepEqual(
      [
        await count(bind),
        await count({ tenant: 't', resourceName: 'r' }),
        await count({ tenant: 't' }),
        await count({ schemaName: 'other' }),
        await count({ ...bind, schemaName: 'other' }),
      ],
      [1, 1, 1, 1, 0],
    );
  });
});
