import assert from 'node:assert/strict';
import { CACHE_PUSHES } from '../../server/codec/robustmq/cache-pushes.ts';
import type { EngineSegment, EngineSegmentMetadata } from '../../server/codec/robustmq/segment.ts';
import { DEFAULT_ENGINE_SHARD_CONFIG, shardStub } from '../../server/codec/robustmq/shard.ts';
import { shareGroupStub, type ShareGroupMember } from '../../server/codec/robustmq/share-group.ts';
import type { MqttSession } from '../../server/codec/robustmq/session.ts';
import type { MqttSubscribe } from '../../server/codec/robustmq/subscribe.ts';
import type { Topic } from '../../server/codec/robustmq/topic.ts';
import { BrokerServiceService as BrokerRpcs } from '../../proto/gen/broker/broker.ts';
import { readCapture } from '../replay/capture.ts';
import { cached, EMPTY_CACHES, load, put, reap, type Caches } from './caches.ts';
import { receive, type Action, type PushedRecord } from './reception.ts';
import { RESOURCES, type Cached, type Deleted, type Resource } from './resource.ts';

const ACTIONS: Readonly<Record<Action, number>> = { Create: 0, Update: 1, Delete: 2 };

const record = (resource: Resource, actionType: number, data: Uint8Array): PushedRecord => ({
  resourceType: RESOURCES.indexOf(resource),
  actionType,
  data,
});
const changed = <Name extends Resource>(
  resource: Name,
  value: Cached<Name>,
  action: 'Create' | 'Update' = 'Create',
): PushedRecord => {
  const { encode } = CACHE_PUSHES[resource].changed as { encode: (value: unknown) => Uint8Array };
  return record(resource, ACTIONS[action], encode(value));
};
const deleted = <Name extends Resource>(resource: Name, value: Deleted<Name>): PushedRecord => {
  const { encode } = CACHE_PUSHES[resource].deleted as { encode: (value: unknown) => Uint8Array };
  return record(resource, ACTIONS.Delete, encode(value));
};
const receiveAll = (records: readonly PushedRecord[], begin: Caches = EMPTY_CACHES): Caches =>
  records.reduce((caches, each) => receive(caches, each).caches, begin);
const refusal = (records: readonly PushedRecord[], last: PushedRecord): string | undefined =>
  receive(receiveAll(records), last).refused;

const shard = (shard_name: string, storage_type: Topic['storage_type'] = 'EngineMemory') => ({
  ...shardStub(shard_name),
  config: { ...DEFAULT_ENGINE_SHARD_CONFIG, storage_type },
});
const segment = (shard_name: string, over: Partial<EngineSegment> = {}): EngineSegment => ({
  shard_name,
  segment_seq: 0,
  replicas: [],
  isr: [],
  last_known_isr: [],
  leader_epoch: 0,
  leader: 1n,
  segment_epoch: 0,
  leader_broker_epoch: 1n,
  status: 'Write',
  ...over,
});
const meta = (shard_name: string): EngineSegmentMetadata => ({
  shard_name,
  segment_seq: 0,
  start_offset: 0n,
  end_offset: 0n,
  start_timestamp: -1n,
  end_timestamp: -1n,
});
const topic: Topic = {
  topic_id: 't1',
  tenant: 'default',
  topic_name: 'a',
  storage_type: 'EngineMemory',
  source: 'MQTT',
  partition: 1,
  replication: 1,
  storage_name_list: new Map([[0, 't1-0']]),
  config: { max_segment_size: undefined, max_record_num: undefined, retention_sec: 1n },
  mark_delete: false,
  create_time: 1n,
};
const session: MqttSession = {
  tenant: 'default',
  client_id: 'c',
  session_expiry_interval: 1n,
  is_contain_last_will: false,
  last_will_delay_interval: undefined,
  create_time: 1n,
  is_persist_session: false,
  connection_id: undefined,
  broker_id: undefined,
  reconnect_time: undefined,
  distinct_time: undefined,
};
const subscribe = (client_id: string): MqttSubscribe => ({
  tenant: 'default',
  client_id,
  path: 'p',
  broker_id: 1n,
  protocol: 'Mqtt4',
  filter: {
    path: 'p',
    qos: 'AtLeastOnce',
    no_local: false,
    preserve_retain: false,
    retain_handling: 'Never',
  },
  pkid: 1,
  subscribe_properties: undefined,
  create_time: 1n,
});
const member: ShareGroupMember = {
  tenant: 'default',
  group_name: 'g',
  broker_id: 1n,
  sub_path: 's',
  sid: '1',
  params: { kind: 'NATS', value: {} },
  connect_id: 7n,
  create_time: 1n,
};
const config = (resource: string) => ({ resource, config: Buffer.from('{}') });

describe('a push, as a broker receives it', () => {
  const shardA = changed('Shard', shard('a'));
  const at = (segment_epoch: number, leader_epoch: number): PushedRecord =>
    changed('Segment', segment('a', { segment_epoch, leader_epoch }));

  const cases: readonly [
    what: string,
    before: readonly PushedRecord[],
    last: PushedRecord,
    refused: RegExp | undefined,
  ][] = [
    ['Topic Create', [], changed('Topic', topic), undefined],
    ['Topic Update', [], changed('Topic', topic, 'Update'), /Update is ignored/],
    ['Subscribe Update', [], changed('Subscribe', subscribe('c'), 'Update'), /Update is ignored/],
    ['Session Update', [], changed('Session', session, 'Update'), undefined],
    ['a segment without its shard', [], at(0, 0), /shard is unknown/],
    ['a segment of its shard', [shardA], at(0, 0), undefined],
    ['a segment that is older', [shardA, at(2, 0)], at(1, 5), /epochs 1\/5 are behind 2\/0/],
    ['a segment of an older leader', [shardA, at(2, 2)], at(2, 1), /epochs 2\/1 are behind 2\/2/],
    ['a segment of the same epochs', [shardA, at(2, 2)], at(2, 2), undefined],
    ['offsets without a shard', [], changed('SegmentMeta', meta('a')), /shard is unknown/],
    ['offsets in memory', [shardA], changed('SegmentMeta', meta('a')), /of EngineMemory/],
    [
      'offsets of a file',
      [changed('Shard', shard('a', 'EngineSegment'))],
      changed('SegmentMeta', meta('a')),
      undefined,
    ],
    ['deleted offsets', [], deleted('SegmentMeta', meta('a')), /Delete is ignored/],
    [
      'a dynamic config',
      [],
      changed('ClusterResourceConfig', config('cluster/MqttLimit')),
      undefined,
    ],
    [
      'another config',
      [],
      changed('ClusterResourceConfig', config('kafka/topic/x')),
      /nothing is called x/,
    ],
    [
      'new offsets of a group',
      [],
      changed('GroupOffset', { tenant: 't', group_name: 'g', shard_names: [] }),
      /Create is ignored/,
    ],
    ['half a record', [], record('Topic', 0, Uint8Array.of(1, 2)), /Topic\.topic_id/],
  ];
  for (const [what, before, last, refused] of cases) {
    it(`${what}: ${refused === undefined ? 'cached' : 'refused'}`, () => {
      const why = refusal(before, last);
      if (refused === undefined) assert.equal(why, undefined);
      else assert.match(why ?? 'cached', refused);
    });
  }

  it('numbers that are unknown are read as 0', () => {
    const action = receiveAll([{ ...changed('Topic', topic), actionType: 99 }]);
    assert.equal(cached(action, 'Topic').length, 1);
    const resource = receiveAll([{ ...changed('Session', session), resourceType: 99 }]);
    assert.equal(cached(resource, 'Session').length, 1);
  });

  it('a session takes its subscriptions with it', () => {
    const caches = receiveAll([
      changed('Session', session),
      changed('Subscribe', subscribe('c')),
      changed('Subscribe', subscribe('d')),
      deleted('Session', session),
    ]);
    assert.deepEqual(cached(caches, 'Session'), []);
    assert.deepEqual(
      cached(caches, 'Subscribe').map(({ client_id }) => client_id),
      ['d'],
    );
  });

  it('a member that is pushed twice is there twice, until it is deleted', () => {
    const twice = receiveAll([
      changed('ShareGroupMember', member),
      changed('ShareGroupMember', member),
    ]);
    assert.equal(cached(twice, 'ShareGroupMember').length, 2);
    const none = receiveAll([deleted('ShareGroupMember', member)], twice);
    assert.equal(cached(none, 'ShareGroupMember').length, 0);
  });

  it('a shard that is deleted is there until the worker comes, and then nothing of it', () => {
    const marked = receiveAll([
      shardA,
      changed('Shard', shard('b')),
      changed('Segment', segment('a')),
      changed('Segment', segment('b')),
      deleted('Shard', shardStub('a')),
      deleted('Shard', shardStub('unknown')),
    ]);
    assert.equal(cached(marked, 'Shard').length, 2);
    const reaped = reap(marked);
    assert.deepEqual(
      cached(reaped, 'Shard').map(({ shard_name }) => shard_name),
      ['b'],
    );
    assert.deepEqual(
      cached(reaped, 'Segment').map(({ shard_name }) => shard_name),
      ['b'],
    );
    assert.equal(reap(reaped), reaped);
  });

  it('a segment that is deleted leaves its shard', () => {
    const caches = receiveAll([
      shardA,
      changed('Segment', segment('a')),
      deleted('Segment', segment('a')),
    ]);
    assert.equal(cached(reap(caches), 'Shard').length, 1);
    assert.equal(cached(reap(caches), 'Segment').length, 0);
  });

  it('a token is deleted by its id alone', () => {
    const principal = { principal_type: 'User', principal_name: 'u' };
    const token: Cached<'KafkaDelegationToken'> = {
      tenant: 't',
      token_id: 'id',
      hmac: Uint8Array.of(1),
      owner: principal,
      token_requester: principal,
      renewers: [],
      issue_timestamp_ms: 1n,
      expiry_timestamp_ms: 2n,
      max_timestamp_ms: 3n,
    };
    const there = receiveAll([changed('KafkaDelegationToken', token, 'Update')]);
    assert.equal(cached(there, 'KafkaDelegationToken').length, 1);
    const gone = receiveAll([deleted('KafkaDelegationToken', 'id')], there);
    assert.equal(cached(gone, 'KafkaDelegationToken').length, 0);
  });

  it('offsets of a group are forgotten by shard, or all of them', () => {
    const offsets = { tenant: 't', group_name: 'g', shard_names: ['a', 'b'] };
    const known = put(EMPTY_CACHES, 'GroupOffset', offsets);
    const less = receiveAll(
      [changed('GroupOffset', { ...offsets, shard_names: ['a'] }, 'Update')],
      known,
    );
    assert.deepEqual(cached(less, 'GroupOffset'), [{ ...offsets, shard_names: ['b'] }]);
    const none = receiveAll([deleted('GroupOffset', shareGroupStub('t', 'g'))], known);
    assert.deepEqual(cached(none, 'GroupOffset'), []);
  });
});

describe('a list, as a broker loads it', () => {
  it('leaves one of the topics that are called the same in two tenants', () => {
    const values = [topic, { ...topic, tenant: 'acme' }];
    const caches = load(EMPTY_CACHES, { resource: 'Topic', values });
    assert.deepEqual(
      cached(caches, 'Topic').map(({ tenant }) => tenant),
      ['acme'],
    );
  });
});

describe('all captured pushes', () => {
  const calls = readCapture('three-brokers');

  for (const id of [1n, 2n, 3n]) {
    it(`broker ${id} takes what it got, and refuses only what came before it had booted`, () => {
      const pushes = calls.flatMap(({ to, rpc, request }) =>
        to.kind === 'broker' && to.id === id && rpc === BrokerRpcs.updateCache.path
          ? BrokerRpcs.updateCache.requestDeserialize(request).records
          : [],
      );
      let caches = EMPTY_CACHES;
      const refusals = pushes.flatMap((each) => {
        const reception = receive(caches, each);
        caches = reception.caches;
        return reception.refused === undefined ? [] : [reception.resource];
      });
      assert.ok(pushes.length > 200);
      // Broker 3 was there first: it needed no list.
      if (id === 3n) assert.deepEqual(refusals, []);
      assert.deepEqual(new Set(refusals.filter((name) => name !== 'Segment')), new Set());
    });
  }
});
