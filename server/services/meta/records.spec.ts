/**
 * What becomes of records that are put and deleted as they are: what is stored, what lists give then,
 * and what brokers are told (`behaviour.md` §2 and §10).
 */
import assert from 'node:assert/strict';
import type { SecurityBlackList } from '../../codec/robustmq/access.ts';
import type { AmqpBinding, AmqpExchange, AmqpQueue } from '../../codec/robustmq/amqp.ts';
import { CACHE_PUSHES } from '../../codec/robustmq/cache-pushes.ts';
import type { SchemaData } from '../../codec/robustmq/schema.ts';
import { acl, blacklist, user } from '../../state/registry/access.ts';
import { amqpBinding, amqpExchange, amqpQueue } from '../../state/registry/amqp.ts';
import { connector } from '../../state/registry/connector.ts';
import { kafkaQuota, kafkaScram, kafkaToken } from '../../state/registry/kafka.ts';
import { agent, mail } from '../../state/registry/mq9.ts';
import { natsSubscribe } from '../../state/registry/nats.ts';
import { autoSubscribeRule, topicRewriteRule } from '../../state/registry/rules.ts';
import { schema } from '../../state/registry/schema.ts';
import { session } from '../../state/registry/session.ts';
import { aclNamed, userNamed } from '../../state/testing/access.ts';
import { connectorNamed } from '../../state/testing/connector-named.ts';
import { CONNECTED } from '../../state/testing/sessions.ts';
import { rowOfKey } from '../../state/resources/key.ts';
import type { Key } from '../../state/resources/key.ts';
import type { Push, PushType } from '../../state/resources/push.ts';
import type { Resource } from '../../state/resources/resource.ts';
import { askRpc } from '../testing/ask.ts';
import type { Answered } from '../testing/ask.ts';
import { startMemoryMember } from '../testing/memory-member.ts';
import type { MemoryMember } from '../testing/memory-member.ts';

type Call = readonly [rpc: string, request: Readonly<Record<string, unknown>>];

interface Case<Value> {
  readonly what: string;
  readonly resource: Resource<Value>;
  readonly key: Key;
  readonly value: Value;
  /** Another one of the same key. */
  readonly other: Value;
  readonly put: (bytes: Buffer, value: Value) => Call;
  readonly remove: Call;
  readonly list: Call;
  /** Of which there is none. */
  readonly listElsewhere: Call;
  /** The field of a list's message that a record is in. */
  readonly field: string;
  readonly type: PushType;
  readonly action: 'Create' | 'Update';
  /** What becomes of another one of the same key, or why there can be none. */
  readonly exists: 'kept' | 'replaced' | `refused: ${string}`;
  /** What becomes of the deletion of what is not there. */
  readonly missing: 'ignored' | 'told' | `refused: ${string}`;
  /** What is told of a deletion, if not the record as it was. */
  readonly deleted?: unknown;
  /** A record but for what is decided when it is proposed. */
  readonly plain?: (value: Value) => Value;
}

const quota = (entity_name: string | undefined, rate: number) => ({
  tenant: 't',
  entity_type: 'user',
  entity_name,
  quotas: new Map([['producer_byte_rate', rate]]),
});
const quotaCase = (what: string, key: string, entity_name: string | undefined) =>
  each({
    what,
    resource: kafkaQuota,
    key: ['t', 'user', key],
    value: quota(entity_name, 1_024),
    other: quota(entity_name, 2_048.5),
    put: (bytes) => ['SetKafkaQuota', { quota: bytes }],
    remove: ['DeleteKafkaQuota', { tenant: 't', entityType: 'user', entityName: key }],
    list: ['ListKafkaQuota', { tenant: 't' }],
    listElsewhere: ['ListKafkaQuota', { tenant: 'other' }],
    field: 'quotas',
    type: 'KafkaQuota',
    action: 'Update',
    exists: 'replaced',
    missing: 'ignored',
  });

const principal = { principal_type: 'User', principal_name: 'p' };
const token = (expiry_timestamp_ms: bigint) => ({
  tenant: 't',
  token_id: 'id',
  hmac: Uint8Array.of(0, 255),
  owner: principal,
  token_requester: principal,
  renewers: [principal],
  issue_timestamp_ms: 1n,
  expiry_timestamp_ms,
  max_timestamp_ms: 9n,
});
const credential = (iterations: number) => ({
  tenant: 't',
  user: 'u',
  mechanism: 2,
  iterations,
  salt: Uint8Array.of(1, 2),
  stored_key: Uint8Array.of(3, 4),
  server_key: Uint8Array.of(5, 6),
});
const subscription = (sid: string, subject: string) => ({
  broker_id: 1n,
  tenant: 't',
  connect_id: 7n,
  sid,
  subject,
  queue_group: undefined,
  create_time: 1n,
  known_topic_offsets: new Map([['topic', new Map([['shard', 5n]])]]),
});
const rewriteTo = (dest_topic: string) => ({
  name: 'r',
  desc: 'd',
  tenant: 't',
  action: 'All',
  source_topic: 'a/#',
  dest_topic,
  regex: '^a$',
  timestamp: 0n,
});
const autoSubscribe = (topic: string) =>
  ({
    name: 'r',
    desc: 'd',
    tenant: 't',
    topic,
    qos: 'AtLeastOnce',
    no_local: false,
    retain_as_published: true,
    retained_handling: 'Never',
  }) as const;

const blacklisted = (desc: string): SecurityBlackList => ({
  name: 'b',
  tenant: 't',
  blacklist_type: 'UserMatch',
  resource_name: 'u*',
  end_time: 9n,
  desc,
});
const schemaSaying = (desc: string): SchemaData => ({
  tenant: 't',
  name: 's',
  schema_type: 'AVRO',
  desc,
  schema: '{}',
});
const exchange = (exchange_id: string): AmqpExchange => ({
  exchange_id,
  tenant: 't',
  exchange_name: 'x',
  exchange_type: 'Headers',
  durable: true,
  auto_delete: false,
  internal: true,
  arguments: new Map([['alternate-exchange', 'y']]),
  create_time: 1n,
});
const queue = (queue_id: string): AmqpQueue => ({
  queue_id,
  tenant: 't',
  queue_name: 'q',
  durable: false,
  exclusive: true,
  auto_delete: false,
  arguments: new Map(),
  create_time: 1n,
});
const bindingCase = (what: string, destination_type: AmqpBinding['destination_type']) => {
  const binding = (binding_id: string): AmqpBinding => ({
    binding_id,
    tenant: 't',
    source: 'x',
    destination: 'd',
    destination_type,
    routing_key: 'a.b',
    arguments: new Map(),
    create_time: 1n,
  });
  // As brokers call it where they do not send the record.
  const destinationType = { Queue: 'queue', Exchange: 'exchange' }[destination_type];
  return each({
    what,
    resource: amqpBinding,
    key: ['t', 'x', destinationType, 'd', 'a.b'],
    value: binding('first'),
    other: binding('second'),
    put: (bytes) => ['SetBinding', { binding: bytes }],
    remove: [
      'DeleteBinding',
      { tenant: 't', source: 'x', destination: 'd', destinationType, routingKey: 'a.b' },
    ],
    list: ['ListBinding', { tenant: 't' }],
    listElsewhere: ['ListBinding', { tenant: 'other' }],
    field: 'bindings',
    type: 'AmqpBinding',
    action: 'Update',
    exists: 'replaced',
    missing: 'ignored',
  });
};

type Judge = <Value>(one: Case<Value>) => void;

/** A case of whatever it holds, which is for its judge to know. */
const each =
  <Value>(one: Case<Value>) =>
  (judge: Judge): void =>
    judge(one);

const CASES: readonly ((judge: Judge) => void)[] = [
  quotaCase('the quota of a Kafka user', 'u', 'u'),
  quotaCase('the quota of all Kafka users that have none of their own', '__default__', undefined),
  each({
    what: 'a Kafka delegation token',
    resource: kafkaToken,
    key: ['t', 'id'],
    value: token(5n),
    other: token(6n),
    put: (bytes) => ['SetKafkaDelegationToken', { token: bytes }],
    remove: ['DeleteKafkaDelegationToken', { tenant: 't', tokenId: 'id' }],
    list: ['ListKafkaDelegationToken', { tenant: 't' }],
    listElsewhere: ['ListKafkaDelegationToken', { tenant: 'other' }],
    field: 'tokens',
    type: 'KafkaDelegationToken',
    action: 'Update',
    exists: 'replaced',
    missing: 'told',
    deleted: 'id',
  }),
  each({
    what: 'a SCRAM credential',
    resource: kafkaScram,
    key: ['t', 'u', '2'],
    value: credential(4_096),
    other: credential(8_192),
    put: (bytes) => ['SetScramCredential', { credential: bytes }],
    remove: ['DeleteScramCredential', { tenant: 't', user: 'u', mechanism: 2 }],
    list: ['ListScramCredential', { tenant: 't' }],
    listElsewhere: ['ListScramCredential', { tenant: 'other' }],
    field: 'credentials',
    type: 'KafkaScram',
    action: 'Update',
    exists: 'replaced',
    missing: 'ignored',
  }),
  each({
    what: 'a mail address',
    resource: mail,
    key: ['t', 'm@x'],
    value: { tenant: 't', mail_address: 'm@x', desc: 'first', ttl: 60n, create_time: 1n },
    other: { tenant: 't', mail_address: 'm@x', desc: 'second', ttl: 0n, create_time: 2n },
    put: (content) => ['CreateMail', { tenant: 't', content }],
    remove: ['DeleteMail', { tenant: 't', mailAddress: 'm@x' }],
    list: ['ListMail', { tenant: 't' }],
    listElsewhere: ['ListMail', { tenant: 'other' }],
    field: 'mail',
    type: 'Mq9Mail',
    action: 'Create',
    exists: 'kept',
    missing: 'ignored',
  }),
  each({
    what: 'an agent',
    resource: agent,
    key: ['t', 'a'],
    value: { tenant: 't', name: 'a', agent_info: '{"v":1}', create_time: 1n },
    other: { tenant: 't', name: 'a', agent_info: '{"v":2}', create_time: 2n },
    put: (content) => ['CreateAgent', { tenant: 't', content }],
    remove: ['DeleteAgent', { tenant: 't', name: 'a' }],
    list: ['ListAgent', { tenant: 't' }],
    listElsewhere: ['ListAgent', { tenant: 'other' }],
    field: 'agent',
    type: 'Mq9Agent',
    action: 'Create',
    exists: 'kept',
    missing: 'ignored',
  }),
  each({
    what: 'a NATS subscription',
    resource: natsSubscribe,
    key: ['1', '7', 's'],
    value: subscription('s', 'first'),
    other: subscription('s', 'second'),
    put: (bytes) => ['CreateNatsSubscribe', { subscribes: [bytes] }],
    remove: ['DeleteNatsSubscribe', { keys: [{ brokerId: 1n, connectId: 7n, sid: 's' }] }],
    list: ['ListNatsSubscribe', { connectId: 7n }],
    listElsewhere: ['ListNatsSubscribe', { connectId: 8n }],
    field: 'subscribe',
    type: 'NatsSubscribe',
    action: 'Create',
    exists: 'kept',
    missing: 'ignored',
  }),
  each({
    what: 'a connector',
    resource: connector,
    key: ['c'],
    value: connectorNamed('c', { topic_name: 'first' }),
    other: connectorNamed('c', { topic_name: 'second' }),
    put: (bytes) => ['CreateConnector', { connectorName: 'c', connector: bytes }],
    // Whatever the tenant is.
    remove: ['DeleteConnector', { tenant: 'other', connectorName: 'c' }],
    list: ['ListConnectors', { connectorName: 'c' }],
    listElsewhere: ['ListConnectors', { connectorName: 'd' }],
    field: 'connector',
    type: 'Connector',
    action: 'Create',
    exists: 'refused: Connector [c] already exist',
    missing: 'refused: Connector c Not found',
  }),
  each({
    what: 'a topic rewrite rule',
    resource: topicRewriteRule,
    key: ['t', 'r'],
    value: rewriteTo('first'),
    other: rewriteTo('second'),
    put: (_bytes, { source_topic: sourceTopic, dest_topic: destTopic, ...rule }) => [
      'CreateTopicRewriteRule',
      { ...rule, sourceTopic, destTopic },
    ],
    remove: ['DeleteTopicRewriteRule', { tenant: 't', name: 'r' }],
    list: ['ListTopicRewriteRule', { tenant: 't' }],
    listElsewhere: ['ListTopicRewriteRule', { tenant: 'other' }],
    field: 'topicRewriteRules',
    type: 'TopicRewriteRule',
    action: 'Create',
    exists: "refused: Topic rewrite rule 'r' for tenant 't' already exists",
    missing: "refused: Topic rewrite rule 'r' for tenant 't' does not exist",
    plain: (rule) => {
      assert.ok(rule.timestamp >= 1_700_000_000_000n, 'in ms');
      return { ...rule, timestamp: 0n };
    },
  }),
  each({
    what: 'an auto-subscribe rule',
    resource: autoSubscribeRule,
    key: ['t', 'r'],
    value: autoSubscribe('first'),
    other: autoSubscribe('second'),
    put: (content) => ['CreateAutoSubscribeRule', { content }],
    remove: ['DeleteAutoSubscribeRule', { tenant: 't', name: 'r' }],
    list: ['ListAutoSubscribeRule', { tenant: 't' }],
    listElsewhere: ['ListAutoSubscribeRule', { tenant: 'other' }],
    field: 'autoSubscribeRules',
    type: 'AutoSubscribeRule',
    action: 'Create',
    exists: "refused: Auto subscribe rule 'r' for tenant 't' already exists",
    missing: "refused: Auto subscribe rule 'r' for tenant 't' does not exist",
  }),
  each({
    what: 'a user',
    resource: user,
    key: ['t', 'u'],
    value: userNamed('u', { password: 'first', salt: 's' }),
    other: userNamed('u', { password: 'second' }),
    put: (content) => ['CreateUser', { tenant: 't', userName: 'u', content }],
    remove: ['DeleteUser', { tenant: 't', userName: 'u' }],
    list: ['ListUser', { tenant: 't', userName: 'u' }],
    listElsewhere: ['ListUser', { tenant: 'other', userName: 'u' }],
    field: 'users',
    type: 'User',
    action: 'Create',
    exists: 'refused: User [u] already exist',
    missing: 'refused: User u does not exist',
  }),
  each({
    what: 'a permission',
    resource: acl,
    key: ['t', 'a'],
    value: aclNamed('a', 'first'),
    other: aclNamed('a', 'second'),
    put: (bytes) => ['CreateAcl', { acl: bytes }],
    remove: ['DeleteAcl', { tenant: 't', name: 'a' }],
    list: ['ListAcl', { tenant: 't' }],
    listElsewhere: ['ListAcl', { tenant: 'other' }],
    field: 'acls',
    type: 'Acl',
    action: 'Create',
    exists: 'replaced',
    missing: 'ignored',
  }),
  each({
    what: 'an entry of the blacklist',
    resource: blacklist,
    key: ['t', 'b'],
    value: blacklisted('first'),
    other: blacklisted('second'),
    put: (bytes) => ['CreateBlacklist', { blacklist: bytes }],
    remove: ['DeleteBlacklist', { tenant: 't', name: 'b' }],
    list: ['ListBlacklist', { tenant: 't' }],
    listElsewhere: ['ListBlacklist', { tenant: 'other' }],
    field: 'blacklists',
    type: 'Blacklist',
    action: 'Create',
    exists: 'replaced',
    missing: 'ignored',
  }),
  each({
    what: 'a schema',
    resource: schema,
    key: ['t', 's'],
    value: schemaSaying('first'),
    other: schemaSaying('second'),
    put: (bytes) => ['CreateSchema', { tenant: 't', schemaName: 's', schema: bytes }],
    remove: ['DeleteSchema', { tenant: 't', schemaName: 's' }],
    list: ['ListSchema', { tenant: 't', schemaName: 's' }],
    listElsewhere: ['ListSchema', { tenant: 'other', schemaName: 's' }],
    field: 'schema',
    type: 'Schema',
    action: 'Create',
    exists: 'refused: Schema [s] already exist',
    missing: 'refused: Schema [s] does not exist',
  }),
  each({
    what: 'a session',
    resource: session,
    key: ['t', 'c'],
    value: CONNECTED,
    other: { ...CONNECTED, connection_id: 8n },
    put: (bytes) => [
      'CreateSession',
      { sessions: [{ tenant: 't', clientId: 'c', session: bytes }] },
    ],
    remove: ['DeleteSession', { tenant: 't', clientId: 'c' }],
    list: ['ListSession', { tenant: 't', clientId: 'c' }],
    listElsewhere: ['ListSession', { tenant: 'other', clientId: 'c' }],
    field: 'session',
    type: 'Session',
    action: 'Create',
    exists: 'replaced',
    missing: 'ignored',
  }),
  each({
    what: 'an exchange',
    resource: amqpExchange,
    key: ['t', 'x'],
    value: exchange('first'),
    other: exchange('second'),
    put: (bytes) => ['SetExchange', { exchange: bytes }],
    remove: ['DeleteExchange', { tenant: 't', exchangeName: 'x' }],
    list: ['ListExchange', { tenant: 't' }],
    listElsewhere: ['ListExchange', { tenant: 'other' }],
    field: 'exchanges',
    type: 'AmqpExchange',
    action: 'Update',
    exists: 'replaced',
    missing: 'ignored',
  }),
  each({
    what: 'a queue',
    resource: amqpQueue,
    key: ['t', 'q'],
    value: queue('first'),
    other: queue('second'),
    put: (bytes) => ['SetQueue', { queue: bytes }],
    remove: ['DeleteQueue', { tenant: 't', queueName: 'q' }],
    list: ['ListQueue', { tenant: 't' }],
    listElsewhere: ['ListQueue', { tenant: 'other' }],
    field: 'queues',
    type: 'AmqpQueue',
    action: 'Update',
    exists: 'replaced',
    missing: 'ignored',
  }),
  bindingCase('a binding of a queue', 'Queue'),
  bindingCase('a binding of an exchange', 'Exchange'),
];

describe('Records that are put and deleted as they are', () => {
  let member: MemoryMember;
  before(async () => {
    member = await startMemoryMember();
  });
  after(() => member.stop());

  const call = ([rpc, request]: Call): Promise<Answered> => askRpc(member.services, rpc, request);
  const payloadOf = ({ type, action, payload }: Push): unknown => {
    const { changed, deleted } = CACHE_PUSHES[type];
    return (action === 'Delete' ? deleted : changed).decode(payload);
  };

  function judge<Value>(each: Case<Value>): void {
    const { what, resource, key, value, other, put, remove, list, listElsewhere } = each;
    const { field, type, action, exists, missing, plain = (one: Value) => one } = each;
    const whole = `${type}/${action}`;

    const putOf = (one: Value): Promise<Answered> =>
      call(put(Buffer.from(resource.wire.encode(one)), one));
    const stored = (): unknown => {
      const row = member.node.row(rowOfKey(resource.table, key));
      return row && plain(resource.codec.decode(row));
    };
    async function listed(by: Call): Promise<readonly Value[]> {
      const { code, replies } = await call(by);
      assert.equal(code, 'OK');
      const records = replies.flatMap((reply) => reply[field] as Buffer | readonly Buffer[]);
      return records.map((record) => plain(resource.wire.decode(record)));
    }
    /** What brokers are told of, each as `type/action` and its payload, while something is done. */
    async function told(act: () => Promise<Answered>) {
      const from = member.pushes.length;
      const { code, details } = await act();
      const pushes = member.pushes.slice(from).map((push) => {
        const said = payloadOf(push);
        return [`${push.type}/${push.action}`, said === each.deleted ? said : plain(said as Value)];
      });
      return { said: code === 'OK' ? code : `refused: ${details}`, pushes };
    }
    const putFirst = () => told(() => putOf(value));
    const deleted = each.deleted ?? value;

    describe(what, () => {
      afterEach(() => call(remove));

      it('is stored, listed and told', async () => {
        assert.deepEqual(await putFirst(), { said: 'OK', pushes: [[whole, value]] });
        assert.deepEqual(stored(), value);
        assert.deepEqual(await listed(list), [value]);
        assert.deepEqual(await listed(listElsewhere), []);
      });

      it(`is ${exists} when another one is put`, async () => {
        await putFirst();
        const again = await told(() => putOf(other));
        const isReplaced = exists === 'replaced';
        assert.deepEqual(again, {
          said: exists.startsWith('refused') ? exists : 'OK',
          pushes: isReplaced ? [[whole, other]] : [],
        });
        const now = isReplaced ? other : value;
        assert.deepEqual([stored(), await listed(list)], [now, [now]]);
      });

      it(`is deleted, and what is not there is ${missing}`, async () => {
        await putFirst();
        const gone = [[`${type}/Delete`, deleted]];
        const drop = () => told(() => call(remove));
        assert.deepEqual(await drop(), { said: 'OK', pushes: gone });
        assert.deepEqual([stored(), await listed(list)], [undefined, []]);
        assert.deepEqual(await drop(), {
          said: missing.startsWith('refused') ? missing : 'OK',
          pushes: missing === 'told' ? gone : [],
        });
      });
    });
  }
  for (const put of CASES) put(judge);

  describe('many NATS subscriptions at once', () => {
    const bytes = (sid: string, subject: string) =>
      natsSubscribe.wire.encode(subscription(sid, subject));
    const keys = ['a', 'b', 'none'].map((sid) => ({ brokerId: 1n, connectId: 7n, sid }));
    const subjects = async () =>
      (await call(['ListNatsSubscribe', {}])).replies.map(
        ({ subscribe }) => natsSubscribe.wire.decode(subscribe as Buffer).subject,
      );

    it('are put and told but for those that are there, and deleted and told but for those that are not', async () => {
      const from = member.pushes.length;
      const told = () =>
        member.pushes.slice(from).map(({ action, payload }) => {
          const { sid, subject } = natsSubscribe.codec.decode(payload);
          return `${action} ${sid} ${subject}`;
        });
      await call(['CreateNatsSubscribe', { subscribes: [bytes('a', 'first')] }]);
      const subscribes = [bytes('a', 'second'), bytes('b', 'second')];
      assert.equal((await call(['CreateNatsSubscribe', { subscribes }])).code, 'OK');
      assert.deepEqual(told(), ['Create a first', 'Create b second']);
      assert.deepEqual(await subjects(), ['first', 'second']);
      assert.equal((await call(['DeleteNatsSubscribe', { keys }])).code, 'OK');
      assert.deepEqual(told().slice(2), ['Delete a first', 'Delete b second']);
      assert.deepEqual(await subjects(), []);
    });
  });

  it('of one name do not get in the way of each other', async () => {
    const put = (name: string | undefined, rate: number): Promise<Answered> =>
      call(['SetKafkaQuota', { quota: Buffer.from(kafkaQuota.wire.encode(quota(name, rate))) }]);
    const rates = async () =>
      ((await call(['ListKafkaQuota', { tenant: 't' }])).replies[0]?.['quotas'] as Buffer[])
        .map((each) => kafkaQuota.wire.decode(each))
        .map(({ entity_name, quotas }) => `${entity_name ?? '-'} ${[...quotas.values()].join()}`);
    await put(undefined, 1);
    await put('u', 2);
    assert.deepEqual(await rates(), ['- 1', 'u 2']);
    const of = { tenant: 't', entityType: 'user' };
    await call(['DeleteKafkaQuota', { ...of, entityName: '__default__' }]);
    assert.deepEqual(await rates(), ['u 2']);
    await call(['DeleteKafkaQuota', { ...of, entityName: 'u' }]);
    assert.deepEqual(await rates(), []);
  });
});
