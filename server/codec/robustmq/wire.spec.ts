/**
 * What v0.4.11 says: messages captured between its processes, each different one once, and vectors
 * computed from its types.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ClusterStatusReply } from '../../../proto/gen/meta/common.ts';
import { bincode } from '../layout/bincode.ts';
import type { Codec } from '../layout/codec.ts';
import { CodecError } from '../layout/codec-error.ts';
import { json } from '../layout/json.ts';
import { bytes, string, struct } from '../layout/layout.ts';
import type { Layout } from '../layout/layout.ts';
import { CACHE_PUSHES } from './cache-pushes.ts';
import { ClusterStatus } from './cluster-status.ts';
import { KafkaConfig } from './resource-config.ts';
import { DEFAULT_ENGINE_SHARD_CONFIG, shardStub } from './shard.ts';
import { shareGroupStub } from './share-group.ts';
import { DEFAULT_TENANT_CONFIG } from './tenant.ts';
import { ALL_LAYOUTS } from './testing/all-layouts.ts';
import { BYTES_FIELDS } from './testing/bytes-fields.ts';
import { MESSAGE_FIELDS, payloadsOf, RESOURCE_TYPES, RPCS } from './testing/wire.ts';
import type { Message } from './testing/wire.ts';

interface Vector {
  readonly name: string;
  readonly type: string;
  readonly encoding: 'bincode' | 'json';
  /** As serde_json writes it, except for bytes that are text. */
  readonly value: unknown;
  readonly hex: string;
}

const testdata = (file: string): unknown =>
  JSON.parse(readFileSync(join(import.meta.dirname, 'testdata', file), 'utf8'));

const vectors = testdata('vectors.json') as {
  readonly payloads: readonly Vector[];
  readonly messages: readonly { name: string; message: string; hex: string }[];
};
const captured = testdata('captured-messages.json') as Readonly<
  Record<string, { readonly requests: readonly string[]; readonly replies: readonly string[] }>
>;

const hex = (encoded: Uint8Array): string => Buffer.from(encoded).toString('hex');
const text = (encoded: Uint8Array): string => Buffer.from(encoded).toString();

const layoutOf = (type: string): Layout => {
  const layout = { String: string, 'HashMap<String,String>': KafkaConfig }[type];
  return layout ?? ALL_LAYOUTS.get(type) ?? assert.fail(`No layout ${type}`);
};

const vector = (wanted: string): Uint8Array =>
  Buffer.from(vectors.payloads.find(({ name }) => name === wanted)?.hex ?? assert.fail(), 'hex');

describe('vectors of v0.4.11', () => {
  for (const { name, type, encoding, value, hex: encoded } of vectors.payloads) {
    const layout = layoutOf(type);
    const codec: Codec<unknown> = encoding === 'json' ? json(layout) : bincode(layout);
    if (name.startsWith('NEGATIVE')) {
      it(name, () => {
        assert.throws(() => codec.decode(Buffer.from(encoded, 'hex')), {
          name: 'CodecError',
          code: 'tag',
          message: 'MQTTConnector.connector_type.Redis.username: 7 is neither 0 nor 1',
        });
      });
      continue;
    }
    it(`${name}, ${encoding}`, () => {
      const decoded = codec.decode(Buffer.from(encoded, 'hex'));
      assert.equal(hex(codec.encode(decoded)), encoded);
      assert.deepEqual(JSON.parse(text(json(layout).encode(decoded))), inJson(type, value));
    });
  }

  for (const { name, message, hex: encoded } of vectors.messages) {
    it(name, () => {
      const wanted = message.slice(message.lastIndexOf('.') + 1);
      const found = [...RPCS.values()].find(({ request }) => request.name === wanted);
      const { request } = found ?? assert.fail(wanted);
      assertComesBack(request, encoded);
    });
  }

  it('stubs and defaults', () => {
    const { Shard, ShareGroup } = CACHE_PUSHES;
    const shard = Shard.deleted.decode(vector('EngineShard delete stub'));
    assert.deepEqual(shard, shardStub(shard.shard_name));
    const group = ShareGroup.deleted.decode(vector('ShareGroup delete stub'));
    assert.deepEqual(group, shareGroupStub(group.tenant, group.group_name));
    assert.deepEqual(
      bincode(layoutOf('EngineShardConfig')).decode(vector('EngineShardConfig defaults')),
      DEFAULT_ENGINE_SHARD_CONFIG,
    );
    assert.deepEqual(
      bincode(layoutOf('TenantConfig')).decode(vector('TenantConfig defaults')),
      DEFAULT_TENANT_CONFIG,
    );
  });
});

/** A vector shows bytes as text, and a variant that carries an empty struct as its name alone. */
function inJson(type: string, value: unknown): unknown {
  const shown = value as Readonly<Record<string, unknown>>;
  switch (type) {
    case 'ResourceConfig':
      return { ...shown, config: [...Buffer.from(String(shown['config']))] };
    case 'ShareGroup':
      return { ...shown, sub_params: withCarried(shown['sub_params']) };
    case 'ShareGroupMember':
      return { ...shown, params: withCarried(shown['params']) };
    default:
      return value;
  }
}

const withCarried = (variant: unknown): unknown =>
  typeof variant === 'string' ? { [variant]: {} } : variant;

function assertComesBack(message: Message, encoded: string): number {
  const decoded = message.decode(Buffer.from(encoded, 'hex'));
  assert.equal(message.encode(decoded).toString('hex'), encoded, message.name);
  const payloads = payloadsOf(message.name, decoded as object);
  for (const { where, bytes: payload, codec } of payloads) {
    assert.equal(hex(codec.encode(codec.decode(payload))), hex(payload), where);
  }
  return payloads.length;
}

describe('messages captured from v0.4.11, and their payloads', () => {
  for (const [rpc, { requests, replies }] of Object.entries(captured)) {
    it(rpc, () => {
      const { request, reply } = RPCS.get(rpc) ?? assert.fail(rpc);
      for (const encoded of requests) assertComesBack(request, encoded);
      for (const encoded of replies) assertComesBack(reply, encoded);
    });
  }

  it('the status of the cluster', () => {
    const { replies } =
      captured['/meta.service.common.MetaServiceService/ClusterStatus'] ?? assert.fail();
    const codec = json(ClusterStatus);
    assert.equal(replies.length, 5);
    for (const reply of replies) {
      const { content } = ClusterStatusReply.decode(Buffer.from(reply, 'hex'));
      const status = codec.decode(Buffer.from(content));
      assert.deepEqual([...status.keys()].toSorted(), ['data_0', 'metadata_0', 'offset_0']);
      assert.equal(text(codec.encode(status)), content);
    }
  });
});

describe('tables of payloads', () => {
  it('name every field of bytes there is', () => {
    const fields = Object.entries(MESSAGE_FIELDS).flatMap(([message, declared]) =>
      declared.flatMap((field) => {
        const [, name] = /^(?:repeated |optional )?bytes (\w+) = \d+$/.exec(field) ?? [];
        return name === undefined ? [] : [`${message}.${name}`];
      }),
    );
    const named = [...Object.keys(BYTES_FIELDS), 'UpdateCacheRecord.data'];
    assert.deepEqual(named.toSorted(), fields.toSorted());
  });

  it('say what is left of what was deleted', () => {
    const { GroupOffset, KafkaDelegationToken } = CACHE_PUSHES;
    assert.equal(
      KafkaDelegationToken.deleted.decode(vector('KafkaDelegationToken delete')),
      'tok1',
    );
    assert.equal(GroupOffset.deleted.decode(vector('ShareGroup delete stub')).group_name, 'g1');
    const { shard_names } = GroupOffset.changed.decode(vector('GroupOffsetShardsDelete'));
    assert.ok(shard_names.length > 0);
  });

  it('name every resource that is pushed, by its number', () => {
    const pushed = Object.keys(CACHE_PUSHES).map((name, index) => [name, index]);
    assert.deepEqual(pushed, RESOURCE_TYPES);
  });
});

describe('a payload that nobody can read', () => {
  it('says so, in both directions', () => {
    const rule = struct('Rule', { value: layoutOf('ETLRule') });
    const set = Buffer.concat([
      Uint8Array.of(1, 5, 0, 0, 0),
      Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0),
      bincode(bytes).encode(Buffer.from('field')),
      bincode(string).encode('now'),
    ]);
    assert.throws(
      () => bincode(rule).decode(set),
      (error: unknown) => {
        assert.ok(error instanceof CodecError);
        assert.equal(error.code, 'unreadable');
        assert.equal(error.path, 'Rule.value.decode_rule.Set.rules[0].value');
        return true;
      },
    );
  });
});
