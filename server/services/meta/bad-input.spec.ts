/**
 * Every rpc of every meta service with input that is empty, too long, unreadable, contradictory, or
 * names what is not there. The requests are made of the rpcs' own messages, so that a new rpc is asked
 * as well; where one needs a line here, it fails until it has one.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { MethodDefinition } from '@grpc/grpc-js';
import { bincode } from '../../codec/layout/bincode.ts';
import type { Codec } from '../../codec/layout/codec.ts';
import { DEFAULT_ENGINE_SHARD_CONFIG, EngineShardConfig } from '../../codec/robustmq/shard.ts';
import { ShareGroupParams } from '../../codec/robustmq/share-group.ts';
import { TenantConfig } from '../../codec/robustmq/tenant.ts';
import { userNamed } from '../../state/testing/access.ts';
import { arbitraryOf } from '../../codec/testing/arbitrary.ts';
import type { Shape } from '../../codec/layout/layout.ts';
import { node as nodeRecord } from '../../state/registry/node.ts';
import { registerNode } from '../../state/registry/registration.ts';
import { KINDS, WRITES } from '../../state/registry/registry.ts';
import { changeOf } from '../../state/resources/operation.ts';
import { rowOfKey } from '../../state/resources/key.ts';
import type { Resource } from '../../state/resources/resource.ts';
import { nodeOf } from '../../state/testing/registry-world.ts';
import { REQUEST_RULES } from '../request-rules.ts';
import { askBytes } from '../testing/ask.ts';
import { forClientNames } from '../limits.ts';
import { LIMITS } from '../testing/server.ts';
import { startMemoryMember } from '../testing/memory-member.ts';
import type { MemoryMember } from '../testing/memory-member.ts';
import { madeRequest, numberAs } from '../testing/made-requests.ts';
import type { Fill, Leaf } from '../testing/made-requests.ts';
import { UNUSABLE_ADDRESSES } from '../../transport/grpc/testing/unusable-addresses.ts';
import { META_SERVICES } from './services.ts';

type Method = MethodDefinition<unknown, unknown>;

/** Fields that are taken as they are, whatever is in them. */
const OPAQUE: ReadonlySet<string> = new Set([
  'SetResourceConfigRequest.config',
  'VoteRequest.value',
  'AppendRequest.value',
  'SnapshotRequest.value',
]);

const record = (table: string): { readonly codec: Codec<unknown>; readonly layout: Shape } => {
  const found = KINDS.find((kind) => kind.table === table) ?? assert.fail(table);
  const { wire, layout } = found as Resource<unknown>;
  return { codec: wire, layout };
};
const part = <T>(layout: Parameters<typeof bincode<T>>[0]) => ({ codec: bincode(layout), layout });

/** What is in a field of bytes. */
const PAYLOADS: Readonly<
  Record<string, { readonly codec: Codec<never>; readonly layout: Shape; readonly table?: string }>
> = Object.fromEntries(
  Object.entries({
    'RegisterNodeRequest.node': 'node',
    'CreateSchemaRequest.schema': 'schema',
    'UpdateSchemaRequest.schema': 'schema',
    'AddShareGroupMemberRequest.data': 'shareGroupMember',
    'CreateUserRequest.content': 'user',
    'CreateTopicRequest.content': 'topic',
    'CreateSessionRaw.session': 'session',
    'CreateAclRequest.acl': 'acl',
    'CreateBlacklistRequest.blacklist': 'blacklist',
    'SetSubscribeRequest.subscribe': 'subscribe',
    'CreateConnectorRequest.connector': 'connector',
    'UpdateConnectorRequest.connector': 'connector',
    'CreateAutoSubscribeRuleRequest.content': 'autoSubscribeRule',
    'CreateNatsSubscribeRequest.subscribes': 'natsSubscribe',
    'CreateMailRequest.content': 'mail',
    'CreateAgentRequest.content': 'agent',
    'SetKafkaQuotaRequest.quota': 'kafkaQuota',
    'SetKafkaDelegationTokenRequest.token': 'kafkaToken',
    'SetScramCredentialRequest.credential': 'kafkaScram',
    'SetExchangeRequest.exchange': 'amqpExchange',
    'SetQueueRequest.queue': 'amqpQueue',
    'SetBindingRequest.binding': 'amqpBinding',
    'CreateTenantRequest.config': part(TenantConfig),
    'UpdateTenantRequest.config': part(TenantConfig),
    'CreateShareGroupRequest.params': part(ShareGroupParams),
    'CreateShardRequest.shard_config': part(EngineShardConfig),
  }).map(([field, of]) => [
    field,
    (typeof of === 'string' ? { ...record(of), table: of } : of) as never,
  ]),
);

/** How requests call parts of keys that records call otherwise. */
const CALLED: Readonly<Record<string, string>> = {
  user_name: 'username',
  schema_name: 'name',
};

/** What is said to those that name what is not there, and want it changed; nothing changes. */
const UNKNOWN: Readonly<Record<string, string>> = {
  UnRegisterNode: 'OK',
  Heartbeat: 'INTERNAL: Node 999 does not exist',
  DeleteResourceConfig: 'OK',
  DeleteOffsetData: 'OK',
  UpdateSchema: 'INTERNAL: Schema nobody Not found',
  DeleteSchema: 'INTERNAL: Schema [nobody] does not exist',
  BindSchema: 'INTERNAL: Schema [nobody] does not exist',
  UnBindSchema: 'OK',
  UpdateTenant: 'INTERNAL: Tenant nobody not found',
  DeleteTenant: 'OK',
  DeleteShareGroup: 'OK',
  DeleteShareGroupMember: 'OK',
  DeleteUser: 'INTERNAL: User nobody does not exist',
  DeleteTopic: 'INTERNAL: Topic [nobody] does not exist',
  UpdateTopicPartitions: 'INTERNAL: Topic [nobody] does not exist',
  DeleteSession: 'OK',
  DeleteAcl: 'OK',
  DeleteBlacklist: 'OK',
  DeleteTopicRewriteRule:
    "INTERNAL: Topic rewrite rule 'nobody' for tenant 'nobody' does not exist",
  DeleteSubscribe: 'INTERNAL: Subscribe [nobody] does not exist',
  UpdateConnector: 'INTERNAL: Connector nobody Not found',
  DeleteConnector: 'INTERNAL: Connector nobody Not found',
  ConnectorHeartbeat: 'OK',
  DeleteAutoSubscribeRule:
    "INTERNAL: Auto subscribe rule 'nobody' for tenant 'nobody' does not exist",
  DeleteShard: 'NOT_FOUND: Shard nobody does not exist',
  CreateNextSegment: 'NOT_FOUND: Shard nobody does not exist',
  DeleteSegment: 'NOT_FOUND: Shard nobody does not exist',
  SealUpSegment: 'NOT_FOUND: Shard nobody does not exist',
  UpdateSegmentIsr: 'NOT_FOUND: Shard nobody does not exist',
  UpdateStartTimeBySegmentMeta: 'NOT_FOUND: Shard nobody does not exist',
  DeleteNatsSubscribe: 'OK',
  DeleteMail: 'OK',
  DeleteAgent: 'OK',
  DeleteKafkaQuota: 'OK',
  DeleteKafkaDelegationToken: 'OK',
  DeleteScramCredential: 'OK',
  DeleteExchange: 'OK',
  DeleteQueue: 'OK',
  DeleteBinding: 'OK',
};

/**
 * Put what is new, as it is sent: nobody looks whether the tenants, clients, brokers, groups, topics and
 * shards are there that it names, as in the original (`behaviour.md` §2).
 */
const STORED_AS_IT_IS: ReadonlySet<string> = new Set([
  'RegisterNode',
  'SetResourceConfig',
  'SaveOffsetData',
  'CreateSchema',
  'CreateTenant',
  'CreateShareGroup',
  'AddShareGroupMember',
  'CreateUser',
  'CreateTopic',
  'CreateSession',
  'CreateAcl',
  'CreateBlacklist',
  'CreateTopicRewriteRule',
  'SetSubscribe',
  'CreateConnector',
  'CreateAutoSubscribeRule',
  'CreateShard',
  'CreateNatsSubscribe',
  'CreateMail',
  'CreateAgent',
  'SetKafkaQuota',
  'SetKafkaDelegationToken',
  'SetScramCredential',
  'SetExchange',
  'SetQueue',
  'SetBinding',
]);

/** What records name that is kept elsewhere, by their fields: none of it is there. */
const REFERENCES: Readonly<Record<string, bigint | string>> = {
  tenant: 'nobody',
  client_id: 'nobody',
  group_name: 'nobody',
  topic_name: 'nobody',
  broker_id: 999n,
  connect_id: 999n,
};
/** Brokers are told all the same that it is not there, as the original does. */
const TOLD_ALL_THE_SAME: ReadonlySet<string> = new Set([
  'DeleteKafkaDelegationToken',
  'DeleteOffsetData',
  'UnBindSchema',
]);

/** By their rpcs: those whose names clients of brokers have made. */
const CLIENT_NAMES: ReadonlySet<string> = new Set([
  ...['SaveOffsetData', 'GetOffsetData', 'DeleteOffsetData'],
  ...['ListSession', 'CreateSession', 'DeleteSession'],
]);

/** Of a name that is too long in a request. */
const tooLongFor = (method: Method): number =>
  1 + (CLIENT_NAMES.has(rpcOf(method)) ? forClientNames(LIMITS) : LIMITS).keyBytesMax;

const isText = ({ type }: Leaf): boolean => type === 'string';
const isBytes = ({ type }: Leaf): boolean => type === 'bytes';
const nameOf = ({ message, field }: Leaf): string => `${message}.${field}`;

const methods: readonly Method[] = META_SERVICES.flatMap(({ definition }) =>
  Object.values(definition as Readonly<Record<string, Method>>),
);
const rpcOf = ({ path }: Method): string => path.split('/')[2] ?? '';
const writes: ReadonlySet<string> = new Set(
  META_SERVICES.flatMap(({ definition, rows }) =>
    Object.entries(rows).flatMap(([rpc, { kind }]) =>
      kind === 'write' ? [rpcOf((definition as Record<string, Method>)[rpc]!)] : [],
    ),
  ),
);

/** Choices are texts too, but not any text. */
const isTextOf = (layout: Shape, name: string): boolean =>
  layout.kind === 'struct' &&
  layout.fields.some((field) => field.name === name && field.shape.kind === 'string');

/** As if it came from somebody who knows nobody. */
const stray: Fill = (leaf) => {
  const name = nameOf(leaf);
  // There are so many nodes.
  if (name === 'CreateShardRequest.shard_config') {
    return Buffer.from(bincode(EngineShardConfig).encode(DEFAULT_ENGINE_SHARD_CONFIG));
  }
  if (name === 'SaveOffsetDataRequestOffset.expected_offset') return undefined;
  const { codec, layout, table } = PAYLOADS[name] ?? {};
  const filled = sensible('nobody')(leaf);
  if (codec === undefined || layout?.kind !== 'struct' || table === undefined) return filled;
  const names = Object.entries(REFERENCES).filter(([field]) =>
    layout.fields.some((each) => each.name === field),
  );
  const value: object = codec.decode(filled as Buffer);
  return Buffer.from(codec.encode({ ...value, ...Object.fromEntries(names) } as never));
};

/** A record that says this of all texts of its key, or what it says by chance. */
function payload(leaf: Leaf, keyText?: string): Buffer {
  const { codec, layout, table } = PAYLOADS[nameOf(leaf)] ?? assert.fail(nameOf(leaf));
  const [value] = fc.sample(arbitraryOf(layout), { numRuns: 1, seed: 1 });
  const kind = KINDS.find((each) => each.table === table);
  const key = Object.fromEntries(
    (keyText === undefined ? [] : (kind?.keyParts ?? [])).flatMap((name) =>
      isTextOf(layout, name) ? [[name, keyText]] : [],
    ),
  );
  const whole = typeof value === 'object' && keyText !== undefined ? { ...value, ...key } : value;
  return Buffer.from(codec.encode(whole as never));
}

/** As if it came from somebody who knows what to say, but `name` is all he knows. */
const sensible =
  (name: string): Fill =>
  (leaf) =>
    isText(leaf)
      ? name
      : isBytes(leaf)
        ? OPAQUE.has(nameOf(leaf))
          ? Buffer.from('opaque')
          : payload(leaf, name)
        : numberAs(leaf.type, 999);

describe('A meta service that is given', () => {
  let member: MemoryMember;
  before(async () => {
    member = await startMemoryMember();
    await member.propose({ ...changeOf(registerNode, nodeOf(1n, ['broker'])), timeMs: 1 });
    await member.propose({ ...changeOf(WRITES.user.put, [userNamed('kept')]), timeMs: 1 });
  });
  after(() => member.stop());

  async function ask(method: Method, request: object): Promise<string> {
    const bytes = method.requestSerialize(request);
    const asked = await askBytes(member.services, method.path, bytes);
    return 'replies' in asked ? 'OK' : `${asked.code}: ${asked.details}`;
  }

  const rows = (): string[] =>
    [...member.node.range('r/')].map(
      ([key, value]) => `${key} ${Buffer.from(value).toString('hex')}`,
    );

  /** Nothing may come of it. */
  async function refused(method: Method, request: object, told = 0): Promise<string> {
    const [before, pushes] = [rows(), member.pushes.length];
    const said = await ask(method, request);
    const rpc = rpcOf(method);
    assert.deepEqual(rows(), before, `${rpc} (${said}) changed what is stored`);
    assert.equal(member.pushes.length - pushes, told, `${rpc} (${said}) told brokers`);
    assert.doesNotMatch(said, /^(UNIMPLEMENTED|UNKNOWN|UNAVAILABLE|DEADLINE_EXCEEDED)/, rpc);
    assert.equal(member.node.status().phase, 'running', rpc);
    assert.equal(member.node.status().role, 'leader', rpc);
    return said;
  }

  afterEach(async () => {
    const listed = methods.find((method) => rpcOf(method) === 'ListUser')!;
    assert.equal(await ask(listed, { tenant: 't', userName: 'kept' }), 'OK');
  });

  it('nothing, refuses what must be said', async () => {
    for (const method of methods) {
      const said = await refused(method, method.requestDeserialize(Buffer.alloc(0)) as object);
      const message = `${method.path.slice(1, method.path.lastIndexOf('.'))}.${rpcOf(method)}Request`;
      if (REQUEST_RULES[message] !== undefined) assert.match(said, /^INVALID_ARGUMENT: "/, message);
    }
  });

  it('a name or a payload that is too long, says which limit it exceeds', async () => {
    const large = Buffer.alloc(LIMITS.valueBytesMax + 1, 1);
    for (const method of methods) {
      const long = 'n'.repeat(tooLongFor(method));
      const { leaves } = madeRequest(method.path, sensible('a'));
      for (const leaf of leaves.filter((each) => isText(each) || isBytes(each))) {
        const { request } = madeRequest(method.path, (each) =>
          nameOf(each) !== nameOf(leaf) ? sensible('a')(each) : isText(each) ? long : large,
        );
        const said = await refused(method, request);
        // The value of a key is text, and longer than names may be.
        if (nameOf(leaf) !== 'SetRequest.value') {
          assert.match(said, /^RESOURCE_EXHAUSTED: limits\./, `${rpcOf(method)} ${leaf.field}`);
        }
      }
    }
  });

  it('a payload whose record has too long a name, refuses it', async () => {
    for (const method of methods) {
      const long = 'n'.repeat(tooLongFor(method));
      const { leaves } = madeRequest(method.path, sensible('a'));
      const leaf = leaves.find((each) => PAYLOADS[nameOf(each)]?.table !== undefined);
      if (leaf === undefined || payload(leaf, long).length < long.length) continue;
      const { request } = madeRequest(method.path, (each) =>
        nameOf(each) === nameOf(leaf) ? payload(each, long) : sensible('a')(each),
      );
      assert.match(
        await refused(method, request),
        /^RESOURCE_EXHAUSTED: limits\.key/,
        rpcOf(method),
      );
    }
  });

  it('a payload that cannot be read, or is cut off, says so', async () => {
    for (const method of methods) {
      const { leaves } = madeRequest(method.path, sensible('a'));
      for (const leaf of leaves.filter((each) => isBytes(each) && !OPAQUE.has(nameOf(each)))) {
        const whole = payload(leaf, 'a');
        const bad = [
          Buffer.from([1, 2, 3]),
          Buffer.alloc(7, 0xff),
          // What is longer than it need be, brokers send and the original takes.
          whole.subarray(0, -1),
        ];
        for (const bytes of bad.filter(({ length }) => length > 0)) {
          const { request } = madeRequest(method.path, (each) =>
            nameOf(each) === nameOf(leaf) ? bytes : sensible('a')(each),
          );
          assert.match(
            await refused(method, request),
            /^(INTERNAL|INVALID_ARGUMENT): (invalid node payload: )?Failed to deserialize: /,
            `${nameOf(leaf)} ${bytes.toString('hex').slice(0, 80)}`,
          );
        }
      }
    }
  });

  it('a payload that is not of what the request names, says what contradicts', async () => {
    for (const method of methods) {
      const { leaves } = madeRequest(method.path, sensible('a'));
      const leaf = leaves.find((each) => PAYLOADS[nameOf(each)]?.table !== undefined);
      if (leaf === undefined) continue;
      const { table } = PAYLOADS[nameOf(leaf)]!;
      const { keyParts } = KINDS.find((kind) => kind.table === table)!;
      const names = leaves.filter(
        (each) => isText(each) && keyParts.includes(CALLED[each.field] ?? each.field),
      );
      for (const name of names) {
        const { request } = madeRequest(method.path, (each) =>
          nameOf(each) === nameOf(name) ? 'other' : sensible('a')(each),
        );
        assert.match(
          await refused(method, request),
          /^INVALID_ARGUMENT: the request and its payload contradict each other: /,
          nameOf(name),
        );
      }
    }
  });

  it('names of what is not there, changes nothing', async () => {
    for (const method of methods) {
      const rpc = rpcOf(method);
      const isWrite = writes.has(rpc) || rpc in UNKNOWN;
      if (isWrite && !(rpc in UNKNOWN)) {
        assert.ok(STORED_AS_IT_IS.has(rpc), `what is to be said of ${rpc} when it names nothing?`);
        continue;
      }
      if (rpc === 'Set') continue;
      const { request } = madeRequest(method.path, sensible('nobody'));
      const said = await refused(method, request, TOLD_ALL_THE_SAME.has(rpc) ? 1 : 0);
      if (isWrite) assert.equal(said, UNKNOWN[rpc], rpc);
    }
  });

  it('what is new and names what is not there, stores it as it is', async () => {
    const alone = await startMemoryMember();
    const { services, node } = alone;
    try {
      await alone.propose({
        ...changeOf(registerNode, nodeOf(1n, ['broker', 'engine'])),
        timeMs: 1,
      });
      for (const method of methods.filter((each) => STORED_AS_IT_IS.has(rpcOf(each)))) {
        const rpc = rpcOf(method);
        const { request, leaves } = madeRequest(method.path, stray);
        const before = [...node.range('r/')];
        const asked = await askBytes(services, method.path, method.requestSerialize(request));
        assert.ok('replies' in asked, `${rpc}: ${JSON.stringify(asked)}`);
        assert.notDeepEqual([...node.range('r/')], before, `${rpc} stored nothing`);
        for (const leaf of leaves) {
          const kind = KINDS.find(({ table }) => table === PAYLOADS[nameOf(leaf)]?.table);
          if (kind === undefined) continue;
          const { table, codec, wire, keyOf } = kind as Resource<unknown>;
          const value = wire.decode(stray(leaf) as Buffer);
          const row = node.row(rowOfKey(table, keyOf(value)));
          assert.deepEqual(row && codec.decode(row), value, rpc);
        }
      }
    } finally {
      await alone.stop();
    }
  });

  it('names of brokers that are not there, refuses what needs some', async () => {
    const alone = await startMemoryMember();
    try {
      for (const rpc of ['CreateShareGroup', 'AddShareGroupMember', 'CreateShard']) {
        const method = methods.find((each) => rpcOf(each) === rpc)!;
        const { request } = madeRequest(method.path, sensible('a'));
        const asked = await askBytes(alone.services, method.path, method.requestSerialize(request));
        assert.ok('code' in asked, rpc);
        assert.match(asked.details, /No Broker nodes are available|not enough nodes/, rpc);
        assert.equal([...alone.node.range('r/')].length, 0, rpc);
        assert.equal(alone.pushes.length, 0, rpc);
      }
    } finally {
      await alone.stop();
    }
  });

  it('an address that leads nowhere, registers it all the same', async () => {
    const alone = await startMemoryMember();
    try {
      const method = methods.find((each) => rpcOf(each) === 'RegisterNode')!;
      for (const [at, grpc_addr] of UNUSABLE_ADDRESSES.entries()) {
        const registered = { ...nodeOf(BigInt(at + 1), ['broker']), grpc_addr };
        const request = { node: Buffer.from(nodeRecord.wire.encode(registered)) };
        const asked = await askBytes(alone.services, method.path, method.requestSerialize(request));
        assert.ok('replies' in asked, grpc_addr);
        assert.equal(alone.node.status().phase, 'running', grpc_addr);
      }
    } finally {
      await alone.stop();
    }
  });

  it('anything, knows of each field of bytes what is in it', () => {
    const fields = methods.flatMap(
      ({ path }) => madeRequest(path, (leaf) => (isBytes(leaf) ? Buffer.alloc(0) : '')).leaves,
    );
    const unknown = fields
      .filter((leaf) => isBytes(leaf))
      .map(nameOf)
      .filter((name) => !OPAQUE.has(name) && PAYLOADS[name] === undefined);
    assert.deepEqual(unknown, []);
  });
});
