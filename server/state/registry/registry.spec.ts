import assert from 'node:assert/strict';
import { DEFAULT_TENANT_CONFIG } from '../../codec/robustmq/tenant.ts';
import { readListBytes } from '../resources/list-bytes.ts';
import { changeOf } from '../resources/operation.ts';
import { viewRecords } from '../resources/records.ts';
import type { Reply } from '../reply.ts';
import { aclNamed, userNamed } from '../testing/access.ts';
import { createRegistryWorld, nodeOf } from '../testing/registry-world.ts';
import type { RegistryWorld } from '../testing/registry-world.ts';
import { topicWith } from '../testing/topic-with.ts';
import { createReplica } from '../testing/replica.ts';
import { addShareGroupMember, createShareGroup, deleteShareGroup } from './share-group.ts';
import { doomedTopic } from './doomed.ts';
import { forgetOffsets, saveOffsets } from './offset.ts';
import { registerNode, unregisterNode } from './registration.ts';
import { FUNCTIONS, OPERATIONS, WRITES } from './registry.ts';
import { putSessions, removeSessions } from './session.ts';
import { replaceSchema } from './schema.ts';
import { updateTenant } from './tenant.ts';
import { createTopic, deleteTopic, growTopic, topic } from './topic.ts';

const schemaData = (name: string, schema = '{}') =>
  ({ tenant: 't', name, schema_type: 'JSON', desc: '', schema }) as const;
const bind = (schema_name: string) => ({ tenant: 't', schema_name, resource_name: 'r' });
const topicNamed = (topic_name: string, topic_id = 'i') =>
  topicWith(topic_name, ['custom'], { topic_id, storage_type: 'EngineRocksDB' });
const session = (client_id: string, tenant = 't') => ({
  tenant,
  client_id,
  session_expiry_interval: 1n,
  is_contain_last_will: false,
  last_will_delay_interval: undefined,
  create_time: 1n,
  is_persist_session: false,
  connection_id: undefined,
  broker_id: undefined,
  reconnect_time: undefined,
  distinct_time: undefined,
});
const subscription = (client_id: string, path: string, tenant = 't') =>
  ({
    tenant,
    client_id,
    path,
    broker_id: 1n,
    protocol: 'Mqtt5',
    filter: {
      path,
      qos: 'AtLeastOnce',
      no_local: false,
      preserve_retain: false,
      retain_handling: 'Never',
    },
    pkid: 1,
    subscribe_properties: undefined,
    create_time: 1n,
  }) as const;

describe('The registry', () => {
  let world: RegistryWorld;
  beforeEach(() => {
    world = createRegistryWorld();
  });
  const records = () => viewRecords(world.read, world.range);
  const tables = (): string[] => [...world.rows.keys()].filter((key) => key.startsWith('r/'));

  describe('puts', () => {
    it('what was not there, and tells brokers', () => {
      assert.deepEqual(world.change(WRITES.user.put, [userNamed('u')]), { kind: 'ok' });
      assert.deepEqual(world.told(), [['User/Create', userNamed('u')]]);
      assert.deepEqual(tables(), ['r/user/t\u0000u']);
    });

    it('nothing where the row says that what is there stays, and says so', () => {
      world.change(WRITES.user.put, [userNamed('u')]);
      world.told();
      assert.deepEqual(
        world.change(WRITES.user.put, [userNamed('v'), userNamed('u', { password: 'other' })]),
        {
          kind: 'refused',
          refusal: 'exists',
          text: 'User [u] already exist',
        },
      );
      assert.deepEqual([world.told(), tables().length], [[], 1]);
    });

    it('over what is there', () => {
      world.change(WRITES.acl.put, [aclNamed('a')]);
      world.change(WRITES.acl.put, [aclNamed('a', 'new')]);
      assert.deepEqual(world.told().at(-1), ['Acl/Create', aclNamed('a', 'new')]);
      assert.equal(tables().length, 1);
    });

    it('what refers to something only if that is there', () => {
      assert.deepEqual(world.change(WRITES.schemaBind.put, [bind('s')]), {
        kind: 'refused',
        refusal: 'missing',
        text: 'Schema [s] does not exist',
      });
      world.change(WRITES.schema.put, [schemaData('s')]);
      assert.deepEqual(world.change(WRITES.schemaBind.put, [bind('s')]), { kind: 'ok' });
    });

    it('keys apart whose parts look alike together', () => {
      for (const [tenant, username] of [
        ['a/b', 'c'],
        ['a', 'b/c'],
        ['a\u0000b', 'c'],
        ['a', 'b\u0000c'],
        ['a\u0001', '\u0001c'],
        ['a', '\u0001\u0001c'],
      ] as const) {
        const reply = world.change(WRITES.user.put, [userNamed(username, { tenant })]);
        assert.deepEqual(reply, { kind: 'ok' });
      }
      assert.equal(tables().length, 6);
    });
  });

  describe('replaces', () => {
    it('what is there', () => {
      assert.deepEqual(world.change(replaceSchema, schemaData('s')), {
        kind: 'refused',
        refusal: 'missing',
        text: 'Schema s Not found',
      });
      world.change(WRITES.schema.put, [schemaData('s')]);
      world.change(replaceSchema, schemaData('s', '[]'));
      assert.deepEqual(world.told().at(-1), ['Schema/Create', schemaData('s', '[]')]);
    });

    it('of a tenant what was given', () => {
      const config = { ...DEFAULT_TENANT_CONFIG, max_topics: 7n };
      const before = { tenant_name: 't', desc: 'a', config, create_time: 5n };
      world.change(WRITES.tenant.put, [before]);
      world.change(updateTenant, { tenant_name: 't', desc: 'b', config: undefined });
      assert.deepEqual(world.told().at(-1), ['Tenant/Update', { ...before, desc: 'b' }]);
      world.change(updateTenant, { tenant_name: 't', desc: '', config: DEFAULT_TENANT_CONFIG });
      const after = { ...before, desc: '', config: DEFAULT_TENANT_CONFIG };
      assert.deepEqual(world.told().at(-1), ['Tenant/Update', after]);
    });
  });

  describe('deletes', () => {
    it('what is there, and tells what it was', () => {
      world.change(WRITES.user.put, [userNamed('u')]);
      world.change(WRITES.user.remove, [['t', 'u']]);
      assert.deepEqual(world.told().at(-1), ['User/Delete', userNamed('u')]);
      assert.deepEqual(tables(), []);
      assert.equal(readListBytes(world.read, 'user'), 0);
    });

    it('what is not there as its row says', () => {
      const missing = world.change(WRITES.user.remove, [['t', 'u']]);
      assert.equal(missing.kind === 'refused' && missing.text, 'User u does not exist');
      assert.deepEqual(world.change(WRITES.acl.remove, [['t', 'a']]), { kind: 'ok' });
      assert.deepEqual(world.told(), []);
      world.change(WRITES.kafkaToken.remove, [['t', 'token']]);
      world.change(WRITES.schemaBind.remove, [['t', 'r', 's']]);
      assert.deepEqual(world.told(), [
        ['KafkaDelegationToken/Delete', 'token'],
        ['SchemaResource/Delete', bind('s')],
      ]);
    });

    it('with a session what its client subscribes to, and nothing of a namesake in another tenant', () => {
      world.change(putSessions, [session('c'), session('c', 'other')]);
      world.change(WRITES.subscribe.put, [
        subscription('c', 'a'),
        subscription('c', 'b', 'other'),
        subscription('c/d', 'a'),
      ]);
      world.told();
      world.change(removeSessions, [['t', 'c']]);
      assert.deepEqual(world.told(), [['Session/Delete', session('c')]]);
      assert.deepEqual(tables(), [
        'r/session/other\u0000c',
        'r/subscribe/c\u0000b',
        'r/subscribe/c/d\u0000a',
      ]);
    });

    it('one subscription of a client, not all', () => {
      world.change(WRITES.subscribe.put, [subscription('c', 'a'), subscription('c', 'b')]);
      world.told();
      world.change(WRITES.subscribe.remove, [['c', 'a']]);
      assert.deepEqual(world.told(), [['Subscribe/Delete', subscription('c', 'a')]]);
      assert.deepEqual(tables(), ['r/subscribe/c\u0000b']);
    });
  });

  describe('lists in one reply', () => {
    const large = (name: string, bytes: number) => aclNamed(name, 'd'.repeat(bytes));

    it('are kept below what brokers can receive', () => {
      world.change(WRITES.acl.put, [large('a', 2_000_000)]);
      world.change(WRITES.acl.put, [large('b', 1_999_000)]);
      world.told();
      const refused = world.change(WRITES.acl.put, [large('c', 1_000)]);
      assert.ok(refused.kind === 'refused' && refused.refusal === 'full');
      assert.match(refused.text, /^the list of all acl would take more than the 4000000 bytes/);
      assert.deepEqual([world.told(), tables().length], [[], 2]);
      assert.deepEqual(world.change(WRITES.acl.put, [large('b', 1_998_000)]), { kind: 'ok' });
      assert.deepEqual(world.change(WRITES.acl.remove, [['t', 'b']]), { kind: 'ok' });
      assert.deepEqual(world.change(WRITES.acl.put, [large('c', 1_000)]), { kind: 'ok' });
    });

    it('are measured as rpcs carry them', () => {
      world.change(WRITES.acl.put, [aclNamed('a')]);
      const json =
        '{"name":"a","desc":"","tenant":"t","resource_type":"User","resource_name":"u","topic":"#","ip":"*","action":"All","permission":"Allow"}';
      assert.equal(readListBytes(world.read, 'acl'), 3 + json.length);
    });

    it('of tenants are bounded each by itself', () => {
      const queue = (tenant: string, queue_name: string, bytes: number) => ({
        queue_id: 'q'.repeat(bytes),
        tenant,
        queue_name,
        durable: true,
        exclusive: false,
        auto_delete: false,
        arguments: new Map<string, string>(),
        create_time: 1n,
      });
      const put = (...args: Parameters<typeof queue>): string =>
        world.change(WRITES.amqpQueue.put, [queue(...args)]).kind;
      assert.equal(put('a', 'q', 3_900_000), 'ok');
      assert.equal(put('a', 'r', 200_000), 'refused');
      assert.equal(put('b', 'q', 200_000), 'ok');
    });
  });

  describe('of nodes', () => {
    const register = (id: bigint, roles?: readonly string[]): bigint =>
      world.result(registerNode, nodeOf(id, roles));
    const coordinator = (): string =>
      Buffer.from(world.rows.get('r/coordinator/') ?? []).toString('hex', 0, 1);

    it('gives epochs that count up, also while a node is away', () => {
      assert.deepEqual([register(1n), register(2n), register(1n)], [1n, 1n, 2n]);
      world.change(unregisterNode, 1n);
      assert.equal(register(1n), 3n);
    });

    it('gives epochs above those of the cluster before a restore', () => {
      register(1n);
      world.apply({ kind: 'raiseEpochs', timeMs: 1, by: 1_000, cluster: 'c', incident: '' });
      assert.equal(register(1n), 1_002n);
    });

    it('tells all others of one that has come, or gone', () => {
      register(2n);
      world.change(unregisterNode, 2n);
      assert.deepEqual(world.told(), [
        ['Node/Create but 2', nodeOf(2n)],
        ['Node/Delete but 2', nodeOf(2n)],
      ]);
      assert.deepEqual(world.change(unregisterNode, 2n), { kind: 'ok' });
      assert.deepEqual(world.told(), []);
    });

    it('keeps the coordinator until it is gone', () => {
      register(3n, ['engine']);
      assert.equal(coordinator(), '');
      register(12n);
      register(2n);
      assert.equal(coordinator(), '0c');
      register(12n, ['engine']);
      assert.equal(coordinator(), '02');
      world.change(unregisterNode, 2n);
      assert.equal(coordinator(), '');
    });
  });

  describe('of share groups', () => {
    const create = (group_name: string, uuid = 'u') =>
      world.change(createShareGroup, {
        uuid,
        tenant: 't',
        group_name,
        sub_params: { kind: 'NATS', value: {} },
        create_time: 1n,
      });
    const leaderOf = (reply: Reply): bigint =>
      createShareGroup.decodeResult(reply.kind === 'okResult' ? reply.result : new Uint8Array())
        .leader_broker;
    const member = (group_name: string, sid: string) =>
      ({
        tenant: 't',
        group_name,
        broker_id: 1n,
        sub_path: 'p',
        sid,
        params: { kind: 'NATS', value: {} },
        connect_id: 7n,
        create_time: 1n,
      }) as const;
    const add = (group: string, sid: string): Reply =>
      world.change(addShareGroupMember, {
        member: member(group, sid),
        group_uuid: 'u',
        group_create_time: 1n,
      });

    it('needs a node to lead it', () => {
      const reply = create('g');
      assert.equal(reply.kind === 'refused' && reply.text, 'No Broker nodes are available');
    });

    it('is led by the node that leads the fewest of its tenant, by the lowest id', () => {
      for (const id of [10n, 2n]) world.result(registerNode, nodeOf(id));
      assert.deepEqual(
        ['a', 'b', 'c'].map((name) => leaderOf(create(name))),
        [2n, 10n, 2n],
      );
    });

    it('answers the one that is there, whoever comes second', () => {
      world.result(registerNode, nodeOf(1n));
      world.told();
      const first = create('g', 'one');
      assert.deepEqual(create('g', 'two'), first);
      assert.deepEqual(
        world.told().map(([what]) => what),
        ['ShareGroup/Create'],
      );
    });

    it('is created for its first member, and a member that comes again leaves first', () => {
      world.result(registerNode, nodeOf(1n));
      world.told();
      for (const sid of ['s', 's']) assert.deepEqual(add('g', sid), { kind: 'ok' });
      assert.deepEqual(
        world.told().map(([what]) => what),
        [
          'ShareGroup/Create',
          'ShareGroupMember/Create',
          'ShareGroupMember/Delete',
          'ShareGroupMember/Create',
        ],
      );
    });

    it('goes to others when its leader is gone, after the news of that', () => {
      for (const id of [1n, 2n, 3n]) world.result(registerNode, nodeOf(id));
      for (const name of ['a', 'b', 'c', 'd']) create(name);
      world.told();
      world.change(unregisterNode, 1n);
      assert.deepEqual(
        world
          .told()
          .map(([what, said]) => [what, (said as { leader_broker?: bigint }).leader_broker]),
        [
          ['Node/Delete but 1', undefined],
          ['ShareGroup/Create', 2n],
          ['ShareGroup/Create', 3n],
        ],
      );
    });

    it('is deleted by its name', () => {
      world.result(registerNode, nodeOf(1n));
      create('g', 'uuid');
      world.change(deleteShareGroup, [['t', 'g']]);
      const [what, said] = world.told().at(-1)!;
      assert.equal(what, 'ShareGroup/Delete');
      assert.deepEqual([(said as { uuid: string }).uuid, tables().length], ['', 2 + 1]);
    });
  });

  describe('of topics', () => {
    it('keeps the one that was first, and tells of it again', () => {
      world.change(createTopic, topicNamed('a', 'first'));
      world.change(createTopic, topicNamed('a', 'second'));
      const told = world
        .told()
        .map(([what, said]) => [what, (said as { topic_id: string }).topic_id]);
      assert.deepEqual(told, [
        ['Topic/Create', 'first'],
        ['Topic/Create', 'first'],
      ]);
    });

    it('marks what is deleted, once, and then creates nothing in its place', () => {
      const missing = world.change(deleteTopic, { tenant: 't', topic_name: 'a' });
      assert.equal(missing.kind === 'refused' && missing.text, 'Topic [a] does not exist');
      world.change(createTopic, topicNamed('a'));
      world.told();
      for (const tenant of ['t', 't']) world.change(deleteTopic, { tenant, topic_name: 'a' });
      assert.deepEqual(world.told(), [['Topic/Delete', topicNamed('a')]]);
      assert.deepEqual(world.change(createTopic, topicNamed('a', 'new')), { kind: 'ok' });
      assert.deepEqual(world.told(), []);
    });

    it('marks what was created with the mark, and then it is seen to', () => {
      const marked = { ...topicNamed('a'), mark_delete: true };
      world.change(createTopic, marked);
      assert.deepEqual([...records().list(doomedTopic, [])], []);
      world.told();
      const name = { tenant: 't', topic_name: 'a' };
      for (const at of [name, name]) world.change(deleteTopic, at);
      assert.deepEqual(world.told(), [['Topic/Delete', marked]]);
      assert.deepEqual([...records().list(doomedTopic, [])], [name]);
    });

    it('does not grow once it is marked, and tells nobody', () => {
      const name = { tenant: 't', topic_name: 'a' };
      world.change(createTopic, topicNamed('a'));
      world.change(deleteTopic, name);
      world.told();
      const grown = world.change(growTopic, { ...name, partition: 3 });
      assert.equal(grown.kind === 'refused' && grown.text, 'Topic [a] does not exist');
      assert.deepEqual(world.told(), []);
      assert.equal(records().get(topic, ['t', 'a'])?.partition, 1);
    });

    it('grows no further than there is room for what its shards repeat', () => {
      const topic_id = 'i'.repeat(1_000_000);
      world.change(createTopic, topicWith('a', ['s'], { topic_id }));
      const grow = (partition: number) =>
        world.change(growTopic, { tenant: 't', topic_name: 'a', partition });
      const many = grow(100);
      assert.equal(
        many.kind === 'refused' && many.text,
        "New partition count 100 for topic 'a': 2 at most",
      );
      grow(2);
      assert.equal(records().get(topic, ['t', 'a'])?.partition, 2);
    });

    it('grows, and keeps the shards that there are', () => {
      world.change(createTopic, topicNamed('a'));
      const grow = (partition: number) =>
        world.change(growTopic, { tenant: 't', topic_name: 'a', partition });
      const less = grow(1);
      assert.equal(
        less.kind === 'refused' && less.text,
        "New partition count 1 must be greater than the current partition count 1 for topic 'a'",
      );
      const many = grow(4_294_967_295);
      assert.equal(
        many.kind === 'refused' && many.text,
        "New partition count 4294967295 for topic 'a': 10000 at most",
      );
      grow(3);
      const [what, said] = world.told().at(-1)!;
      assert.equal(what, 'Topic/Create');
      assert.deepEqual(
        (said as { storage_name_list: unknown }).storage_name_list,
        new Map([
          [0, 'custom'],
          [1, 'i-1'],
          [2, 'i-2'],
        ]),
      );
    });
  });

  describe('of offsets', () => {
    const at = (shard_name: string, offset: bigint, expected?: bigint) => ({
      tenant: 't',
      group: 'g',
      shard_name,
      topic: 'x',
      partition: 0,
      offset,
      expected,
    });
    const save = (...offsets: ReturnType<typeof at>[]): boolean =>
      world.result(saveOffsets, offsets);

    it('saves those that are as expected, and says whether all were', () => {
      assert.equal(save(at('a', 5n), at('b', 6n, 0n)), true);
      assert.equal(save(at('a', 7n, 4n), at('b', 8n, 6n)), false);
      assert.equal(save(at('a', 7n, 6n), at('c', 7n, 1n)), false);
      assert.equal(save(at('a', 9n, 5n), at('b', 9n, 8n)), true);
      assert.deepEqual(world.told(), []);
    });

    it('forgets those of some shards of one group, and tells brokers', () => {
      save(at('a', 1n), at('b', 1n));
      save({ ...at('a', 1n), group: 'g/h' });
      world.change(forgetOffsets, { tenant: 't', group: 'g', shard_names: ['a', 'z'] });
      assert.deepEqual(world.told(), [
        ['GroupOffset/Update', { tenant: 't', group_name: 'g', shard_names: ['a', 'z'] }],
      ]);
      const offsets = tables().filter((key) => key.startsWith('r/offset/'));
      assert.deepEqual(offsets, ['r/offset/t\u0000g\u0000b', 'r/offset/t\u0000g/h\u0000a']);
    });
  });

  it('has one operation for each name', () => {
    const names = Object.values(WRITES).length * 2;
    assert.equal(OPERATIONS.size, names + FUNCTIONS.length);
  });

  it('does nothing before its version is active', () => {
    const replica = createReplica();
    const reply = replica.apply({ ...changeOf(WRITES.user.put, [userNamed('u')]), timeMs: 1 });
    assert.ok(reply.kind === 'error' && reply.code === 'versionNotActive');
    assert.equal(replica.rows.size, 0);
  });

  it('stops a member that does not know an operation', () => {
    const unknown = {
      kind: 'change',
      operation: 'x.y',
      args: new Uint8Array(),
      timeMs: 1,
    } as const;
    assert.throws(() => world.apply(unknown), /unknown operation x.y: this member is older/);
  });
});
