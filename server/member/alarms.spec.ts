import assert from 'node:assert/strict';
import { putListBytes } from '../state/resources/list-bytes.ts';
import { node as brokerNode } from '../state/registry/node.ts';
import { pushCursor } from '../state/registry/push-cursor.ts';
import type { Resource } from '../state/resources/resource.ts';
import { createMachine, MACHINE_RULES } from '../state/machine.ts';
import { deleteShareGroup, createShareGroup } from '../state/registry/share-group.ts';
import { registerNode, unregisterNode } from '../state/registry/registration.ts';
import { createRegistryWorld, nodeOf } from '../state/testing/registry-world.ts';
import type { RowsWritten } from '../state/row-access.ts';
import { loadConfig } from '../config/load.ts';
import type { Node } from '../node/node.ts';
import { rowOfKey } from '../state/resources/key.ts';
import { segmentConcern } from '../state/registry/shard.ts';
import { goneAlarms, listAlarms, processAlarms, pushAlarms, segmentAlarms } from './alarms.ts';

/** A node whose lists are so long. */
function nodeWith(lists: Readonly<Record<string, number>>, phase = 'running') {
  const rows: RowsWritten = new Map();
  for (const [list, bytes] of Object.entries(lists)) putListBytes(rows, list, bytes);
  return nodeOn(rows, phase);
}

function nodeOn(rows: RowsWritten, phase = 'running') {
  const range: Node['range'] = (prefix) =>
    [...rows].flatMap(([key, value]) =>
      key.startsWith(prefix) && value !== undefined ? [[key, value] as const] : [],
    );
  return { range, status: () => ({ phase, reports: [] }) as unknown as ReturnType<Node['status']> };
}

describe('The alarm of long lists', () => {
  it('is on from three quarters of what brokers can receive', () => {
    const alarms = listAlarms(
      nodeWith({ acl: 3_000_000, user: 3_000_001, 'amqpQueue/t': 3_900_000 }),
    );
    assert.deepEqual(
      alarms.map(({ name, message }) => [name, /^Brokers list all (\S+) in/.exec(message)?.[1]]),
      [
        ['list_long', 'user'],
        ['list_long', 'amqpQueue/t'],
      ],
    );
  });

  it('is not asked of a node that has no state to look at', () => {
    assert.deepEqual(listAlarms(nodeWith({ acl: 3_900_000 }, 'opening')), []);
  });
});

describe('The alarm of segments', () => {
  it('is on while one has no replica that lives', () => {
    const rows: RowsWritten = new Map();
    assert.deepEqual(segmentAlarms(nodeOn(rows)), []);
    for (const kind of ['displaced', 'stranded'] as const) {
      const concern = { kind, shard_name: 's', segment_seq: 3 };
      const key = rowOfKey(segmentConcern.table, segmentConcern.keyOf(concern));
      rows.set(key, segmentConcern.codec.encode(concern));
    }
    const [alarm] = segmentAlarms(nodeOn(rows));
    assert.equal(alarm?.name, 'segments_unavailable');
    assert.match(alarm.message, /^1 segments cannot be used, s-3 the first/);
  });
});

describe('The alarm of brokers that are behind', () => {
  it('is on while a process is registered that missed what is not kept any more', () => {
    const rows: RowsWritten = new Map();
    const put = <Value>(kind: Resource<Value>, value: NoInfer<Value>): void =>
      void rows.set(rowOfKey(kind.table, kind.keyOf(value)), kind.codec.encode(value));
    const node = { ...nodeOn(rows), row: (key: string) => rows.get(key) };
    put(brokerNode, nodeOf(7n));
    const cursor = { node_id: 7n, start_time: nodeOf(7n).start_time, index: 3n, missed: false };
    put(pushCursor, cursor);
    assert.deepEqual(pushAlarms(node), []);
    put(pushCursor, { ...cursor, missed: true });
    const [alarm] = pushAlarms(node);
    assert.equal(alarm?.name, 'broker_behind');
    assert.match(alarm.message, /^broker 7 must be restarted/);
    put(brokerNode, { ...nodeOf(7n), start_time: 99n });
    assert.deepEqual(pushAlarms(node), []);
  });
});

describe('The alarm of deletions', () => {
  const HOUR_MS = 3_600_000;

  /** A group is deleted every hour; so many bytes are kept of them. */
  function deleteFor(hours: number, goneBytesMax: number) {
    const world = createRegistryWorld(createMachine({ ...MACHINE_RULES, goneBytesMax }));
    world.change(registerNode, nodeOf(1n));
    for (let hour = 0; hour < hours; hour += 1) {
      world.change(createShareGroup, {
        ...{ uuid: 'u', tenant: 't', group_name: 'g', create_time: 1n },
        sub_params: { kind: 'NATS', value: {} },
      });
      world.change(deleteShareGroup, [['t', 'g']]);
      world.pass(HOUR_MS);
    }
    const rowBytes = [...world.range('d/')].map(([, row]) => row.length);
    const node = { ...nodeOn(world.rows as RowsWritten), row: world.read, range: world.range };
    return { alarms: goneAlarms(node), rowBytes };
  }
  const bytes = Math.max(...deleteFor(1, 1 << 20).rowBytes);

  it('is on while what is kept is less than a day', () => {
    const { alarms } = deleteFor(60, 20 * bytes);
    assert.deepEqual(
      alarms.map(({ name }) => name),
      ['deletions_short'],
    );
    assert.match(alarms[0]?.message ?? '', /only the last 1\d{3} minutes/);
  });

  it('is off when it is more, and while nothing was dropped', () => {
    assert.deepEqual(deleteFor(60, 40 * bytes).alarms, []);
    assert.deepEqual(deleteFor(10, 40 * bytes).alarms, []);
  });
});

describe('The alarms of a process', () => {
  const config = loadConfig({ environment: {}, flags: {} });
  const namesOf = (...of: Parameters<typeof processAlarms>) =>
    processAlarms(...of).map(({ name }) => name);

  /** What a leader knows of two members, which have these states. */
  const statusWith = (hashes: readonly string[], damage?: Error) => {
    const members = hashes.map((_hash, at) => ({ id: at, standing: 'voter' }));
    const [reports, ...others] = hashes.map((hash) => [{ index: 5, hash }]);
    return {
      ...{ phase: 'running', role: 'leader', identity: { member: 0 }, damage, reports },
      configuration: { members, outgoing: [] },
      peers: others.map((each, at) => ({ id: at + 1, recent: true, reports: each })),
    } as unknown as ReturnType<Node['status']>;
  };

  it('are none where all is well', () => {
    const { read: row, range } = createRegistryWorld();
    const space = { isLow: () => false, freeBytes: () => 1, stop: () => undefined };
    const status = () => statusWith(['a', 'a']);
    assert.deepEqual(namesOf(config, space, { row, range, status }), []);
  });

  it('are those of its disk, its state and its brokers', () => {
    const world = createRegistryWorld(createMachine({ ...MACHINE_RULES, goneBytesMax: 1 }));
    for (const id of [1n, 1n]) {
      world.change(registerNode, nodeOf(id));
      world.change(unregisterNode, id);
    }
    world.change(registerNode, nodeOf(1n));
    const rows = world.rows as RowsWritten;
    const put = <Value>(kind: Resource<Value>, value: NoInfer<Value>): void =>
      void rows.set(rowOfKey(kind.table, kind.keyOf(value)), kind.codec.encode(value));
    put(pushCursor, { node_id: 1n, start_time: nodeOf(1n).start_time, index: 3n, missed: true });
    put(segmentConcern, { kind: 'stranded', shard_name: 's', segment_seq: 3 });
    putListBytes(rows, 'acl', 3_900_000);
    const space = { isLow: () => true, freeBytes: () => 1, stop: () => undefined };
    const status = () => statusWith(['a', 'b'], new Error('it has rotted'));
    const node = { row: world.read, range: world.range, status };
    assert.deepEqual(namesOf(config, space, node), [
      ...['disk_space', 'state_damaged', 'state_diverged'],
      ...['list_long', 'broker_behind', 'deletions_short', 'segments_unavailable'],
    ]);
  });
});
