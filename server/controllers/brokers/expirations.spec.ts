import assert from 'node:assert/strict';
import type { MqttSession } from '../../codec/robustmq/session.ts';
import type { ShareGroupMember } from '../../codec/robustmq/share-group.ts';
import type { MqttSubscribe } from '../../codec/robustmq/subscribe.ts';
import { groupUse } from '../../state/registry/group-use.ts';
import { mail } from '../../state/registry/mq9.ts';
import {
  expireGroup,
  forgetOffsets,
  offset,
  offsetGroup,
  saveOffsets,
} from '../../state/registry/offset.ts';
import { registerNode } from '../../state/registry/registration.ts';
import { WRITES } from '../../state/registry/registry.ts';
import { putSessions, removeSessions } from '../../state/registry/session.ts';
import {
  addShareGroupMember,
  createShareGroup,
  deleteShareGroupMember,
  shareGroup,
} from '../../state/registry/share-group.ts';
import { rowOfKey } from '../../state/resources/key.ts';
import { changeRecords, viewRecords } from '../../state/resources/records.ts';
import { createCountedWorld } from '../../state/testing/counted-world.ts';
import { createRegistryWorld, nodeOf } from '../../state/testing/registry-world.ts';
import { createExpirations } from './expirations.ts';
import { createBench } from './testing/bench.ts';

const SESSION: MqttSession = {
  ...{ tenant: 't', client_id: 'c', session_expiry_interval: 30n, create_time: 5n },
  ...{ is_contain_last_will: false, last_will_delay_interval: undefined },
  ...{ is_persist_session: false, connection_id: 7n, broker_id: 1n },
  ...{ reconnect_time: undefined, distinct_time: undefined },
};

describe('what nobody uses', () => {
  const options = { offsetsMs: 3_600_000, offsetsEveryMs: 10_000, mailsEveryMs: 60_000 };

  function createStore() {
    const bench = createBench(() => createExpirations(options));
    bench.change(registerNode, nodeOf(1n));
    return {
      ...bench,
      save: (group: string, ...shards: readonly string[]): void =>
        void bench.change(
          saveOffsets,
          shards.map((shard_name) => ({
            ...{ tenant: 't', group, shard_name, topic: 'x', partition: 0 },
            ...{ offset: 1n, expected: undefined },
          })),
        ),
      groups: () => [...new Set([...bench.records.list(offset, [])].map(({ group }) => group))],
    };
  }

  const groupNamed = (group_name: string) =>
    ({
      ...{ uuid: 'u', tenant: 't', group_name, create_time: 1n },
      sub_params: { kind: 'MQTT', value: {} },
    }) as const;

  it('goes: a group with its share group, an hour after it saved an offset last', () => {
    const bench = createStore();
    bench.save('a', 's0', 's1');
    bench.save('a/b', 's0');
    bench.change(createShareGroup, groupNamed('a'));
    bench.told();
    bench.pass(3_000_000);
    bench.save('a/b', 's0');
    bench.pass(590_000);
    assert.deepEqual(bench.groups(), ['a', 'a/b']);
    bench.pass(20_000);
    assert.deepEqual(bench.groups(), ['a/b']);
    assert.deepEqual([...bench.records.list(shareGroup, [])], []);
    assert.deepEqual(
      bench.told().map(([what]) => what),
      ['GroupOffset/Delete', 'ShareGroup/Delete'],
    );
  });

  const subscription = (path: string): MqttSubscribe => ({
    ...{ tenant: 't', client_id: 'c', path, broker_id: 1n, protocol: 'Mqtt5', pkid: 1 },
    filter: {
      ...{ path, qos: 'AtLeastOnce', no_local: false, preserve_retain: false },
      retain_handling: 'Never',
    },
    ...{ subscribe_properties: undefined, create_time: 1n },
  });
  const member: ShareGroupMember = {
    ...{ tenant: 't', group_name: 'w', broker_id: 1n, sub_path: 's', sid: '1' },
    ...{ params: { kind: 'NATS', value: {} }, connect_id: 1n, create_time: 1n },
  };
  /** By the group, what uses it, and what ends that. */
  const uses: readonly (readonly [group: string, of: string, ends: string])[] = [
    ['g/a/+', '$share/g/a/+', 'unsubscribes'],
    ['g/a/+', '$share/g/a/+', 'loses its session'],
    ['a/+', '$queue/a/+', 'unsubscribes'],
    ['w', 'member', 'leaves'],
  ];
  for (const [group, of, ends] of uses) {
    it(`goes, but not its share group ${group} until the last, ${of}, ${ends}`, () => {
      const bench = createStore();
      bench.change(createShareGroup, groupNamed(group));
      if (of === 'member') {
        bench.change(addShareGroupMember, { member, group_uuid: 'u', group_create_time: 1n });
      } else bench.change(WRITES.subscribe.put, [subscription(of)]);
      if (ends === 'loses its session') bench.change(putSessions, [SESSION]);
      const expire = (): readonly string[] => {
        bench.save(group, 's0');
        bench.told();
        bench.pass(3_620_000);
        assert.deepEqual(bench.groups(), []);
        return bench.told().map(([what]) => what);
      };
      assert.deepEqual(expire(), ['GroupOffset/Delete']);
      assert.equal([...bench.records.list(shareGroup, [])].length, 1);
      if (of === 'member') bench.change(deleteShareGroupMember, [['1', '1', '1']]);
      else if (ends === 'unsubscribes') bench.change(WRITES.subscribe.remove, [['c', of]]);
      else bench.change(removeSessions, [['t', 'c']]);
      assert.deepEqual(expire(), ['GroupOffset/Delete', 'ShareGroup/Delete']);
      assert.deepEqual([...bench.records.list(shareGroup, [])], []);
      assert.deepEqual([...bench.records.list(groupUse, [])], []);
    });
  }

  it('goes after the time that brokers have set', () => {
    const bench = createStore();
    const config = Buffer.from('{"heartbeat_timeout_ms":1,"group_offset_expire_sec":60}');
    bench.change(WRITES.resourceConfig.put, [{ resource: 'cluster/MetaRuntime', config }]);
    bench.save('a', 's0');
    bench.pass(55_000);
    assert.deepEqual(bench.groups(), ['a']);
    bench.pass(20_000);
    assert.deepEqual(bench.groups(), []);
  });

  it('goes in parts, when it is much', () => {
    const bench = createStore();
    bench.save('a', ...Array.from({ length: 1_200 }, (_, at) => `s${at}`));
    bench.change(createShareGroup, groupNamed('a'));
    const groups = () => [...bench.records.list(shareGroup, [])].length;
    bench.pass(3_600_000);
    const left: (readonly number[])[] = [];
    bench.pass(40_000, () => {
      const offsets = [...bench.records.list(offset, [])].length;
      if (offsets !== left.at(-1)?.[0]) left.push([offsets, groups()]);
    });
    assert.deepEqual(left, [
      [1_200, 1],
      [700, 1],
      [200, 1],
      [0, 0],
    ]);
    assert.equal(bench.proposed.length, 3);
  });

  it('goes, when what was saved last is deleted', () => {
    const bench = createStore();
    bench.save('a', 's1');
    bench.pass(60_000);
    bench.save('a', 's0');
    bench.change(forgetOffsets, { tenant: 't', group: 'a', shard_names: ['s0'] });
    bench.pass(3_590_000);
    // The group was still used when that was saved.
    assert.deepEqual([bench.groups(), bench.proposed], [['a'], []]);
    bench.pass(20_000);
    assert.deepEqual([bench.groups(), bench.proposed], [[], ['offset.expireGroup']]);
  });

  it('goes in parts, with the first of which goes what was saved last', () => {
    const bench = createStore();
    bench.save('a', ...Array.from({ length: 600 }, (_, at) => `s${at + 1}`));
    bench.pass(60_000);
    bench.save('a', 's0');
    bench.pass(3_630_000);
    assert.deepEqual([bench.groups(), bench.proposed.length], [[], 2]);
    assert.deepEqual([...bench.records.list(offsetGroup, [])], []);
  });

  it('goes, whether or not it was noted that the group saved', () => {
    const bench = createStore();
    bench.save('a', 's0');
    const [{ saved_ms: saved_before_ms } = assert.fail()] = bench.records.list(offset, []);
    const note = rowOfKey(offsetGroup.table, ['t', 'a']);
    const { records } = changeRecords(
      (key) => (key === note ? undefined : bench.read(key)),
      bench.range,
      { index: 1, timeMs: bench.clock.timeMs },
    );
    const expired = { tenant: 't', group: 'a', saved_before_ms, most: 1 };
    expireGroup.run(records, expireGroup.encode(expired));
    assert.deepEqual([...records.list(offset, [])], []);
  });

  it('goes in parts, the first of which sees that the group is used again in what comes later', () => {
    const world = createRegistryWorld();
    const save = (...shards: readonly string[]): void => {
      const saved = { tenant: 't', group: 'a', topic: 'x', partition: 0, offset: 1n };
      const all = shards.map((shard_name) => ({ ...saved, shard_name, expected: undefined }));
      world.change(saveOffsets, all);
    };
    const records = viewRecords(world.read, world.range);
    save('s0', 's1', 's2');
    const [{ saved_ms: saved_before_ms } = assert.fail()] = records.list(offset, []);
    const expire = (): number => {
      world.change(expireGroup, { tenant: 't', group: 'a', saved_before_ms, most: 1 });
      return [...records.list(offset, [])].length;
    };
    world.pass(60_000);
    assert.equal(expire(), 2);
    // After whoever asks has looked at all.
    save('s2');
    assert.equal(expire(), 2);
    world.change(forgetOffsets, { tenant: 't', group: 'a', shard_names: ['s1', 's2', 's9'] });
    assert.deepEqual([...records.list(offsetGroup, [])], []);
  });

  it('goes in parts, of which none looks at more than it takes', () => {
    const world = createCountedWorld();
    const saved = { tenant: 't', group: 'a', topic: 'x', partition: 0, offset: 1n };
    const names = Array.from({ length: 100 }, (_, at) => `s${at}`);
    world.change(
      saveOffsets,
      names.map((shard_name) => ({ ...saved, shard_name, expected: undefined })),
    );
    world.rowsRead();
    world.change(expireGroup, { tenant: 't', group: 'a', saved_before_ms: 1n << 60n, most: 10 });
    assert.equal(world.rowsRead(), 11);
  });

  it('goes: a mail address whose time is over', () => {
    const bench = createStore();
    const create_time = BigInt(Math.floor(bench.clock.timeMs / 1_000));
    const mailOf = (mail_address: string, ttl: bigint) => ({
      ...{ tenant: 't', mail_address, desc: '', ttl, create_time },
    });
    bench.change(WRITES.mail.put, [mailOf('ever', 0n), mailOf('short', 30n), mailOf('long', 600n)]);
    bench.pass(120_000);
    const left = [...bench.records.list(mail, [])].map(({ mail_address }) => mail_address);
    assert.deepEqual(left, ['ever', 'long']);
  });

  it('goes: a mail address, and no group has its place among what may be on its way', () => {
    const bench = createStore();
    const address = { tenant: 't', mail_address: 'm', desc: '', ttl: 30n, create_time: 1n };
    bench.save('a', 's0');
    bench.clock.timeMs += 7_200_000;
    bench.change(WRITES.mail.put, [address]);
    const moment = {
      ...{ row: bench.read, range: bench.range, records: bench.records, ...bench.clock },
      heard: bench.heartbeats.take(),
    };
    const due = createExpirations(options).map((duty) =>
      duty
        .look(moment)
        .map((each) => (each.kind === 'propose' ? each.change.operation : each.kind)),
    );
    assert.deepEqual(due, [['offset.expireGroup'], ['mail.expire']]);
  });
});
