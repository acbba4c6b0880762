import assert from 'node:assert/strict';
import fc from 'fast-check';
import { machine } from '../machine.ts';
import type { StateMachine } from '../machine.ts';
import { viewRecords } from '../resources/records.ts';
import { createRegistryWorld, nodeOf } from '../testing/registry-world.ts';
import { expireGroup, saveOffsets } from './offset.ts';
import { expireNode, registerNode, unregisterNode } from './registration.ts';
import {
  createShareGroup,
  deleteShareGroup,
  groupLoad,
  nodeGroup,
  shareGroup,
} from './share-group.ts';

/** A machine that counts the rows which it is given of ranges. */
function createCounting(): { readonly machine: StateMachine; readonly count: () => number } {
  let rows = 0;
  return {
    machine: (read, bytes, index, range) =>
      machine(read, bytes, index, function* (prefix, after) {
        for (const row of range(prefix, after)) {
          rows += 1;
          yield row;
        }
      }),
    count: () => rows,
  };
}

describe('Leaders of share groups', () => {
  function createGroups(stateMachine?: StateMachine) {
    const world = createRegistryWorld(stateMachine);
    const records = viewRecords(world.read, world.range);
    const epochs = new Map<bigint, bigint>();
    return {
      ...world,
      records,
      register: (id: bigint) => void epochs.set(id, world.result(registerNode, nodeOf(id))),
      expire: (node_id: bigint) =>
        void world.change(expireNode, { node_id, epoch: epochs.get(node_id) ?? 0n }),
      create: (group_name: string, tenant = 't') =>
        void world.change(createShareGroup, {
          ...{ uuid: 'u', tenant, group_name },
          sub_params: { kind: 'NATS', value: {} },
          create_time: 1n,
        }),
    };
  }

  it('are chosen without a look at other groups, also when they move', () => {
    const { machine: counting, count } = createCounting();
    const { register, create, expire, records } = createGroups(counting);
    const nodes = [1n, 2n, 3n];
    for (const id of nodes) register(id);
    const groups = 60;
    for (let at = 0; at < groups; at += 1) create(`g${at}`);
    let before = count();
    create('one more');
    assert.equal(count() - before, nodes.length);
    before = count();
    const led = records.get(groupLoad, ['t', '1'])?.groups ?? 0;
    assert.equal(led, groups / nodes.length + 1);
    expire(1n);
    const looksAtNodes = count() - before - led;
    assert.ok(looksAtNodes <= 3 * nodes.length, `${looksAtNodes} rows beside the groups`);
  });

  it('are those that lead the fewest of the tenant, whatever came before', () => {
    const id = fc.integer({ min: 1, max: 3 });
    const tenant = fc.constantFrom('t', 'u');
    const group = fc.constantFrom('a', 'b', 'c', 'd', 'e');
    const step = fc.oneof(
      fc.record({ kind: fc.constant('join' as const), id }),
      fc.record({ kind: fc.constantFrom('expire' as const, 'leave' as const), id }),
      fc.record({ kind: fc.constantFrom('create' as const, 'remove' as const), tenant, group }),
      fc.record({ kind: fc.constant('forget' as const), tenant, group }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const { change, records, register, expire, create } = createGroups();
        for (const each of steps) {
          switch (each.kind) {
            case 'join':
              register(BigInt(each.id));
              break;
            case 'expire':
              expire(BigInt(each.id));
              break;
            case 'leave':
              change(unregisterNode, BigInt(each.id));
              break;
            case 'create':
              create(each.group, each.tenant);
              break;
            case 'remove':
              change(deleteShareGroup, [[each.tenant, each.group]]);
              break;
            case 'forget': {
              const { tenant, group } = each;
              const at = { tenant, group, shard_name: 's', topic: '', partition: 0 };
              change(saveOffsets, [{ ...at, offset: 1n, expected: undefined }]);
              change(expireGroup, { tenant, group, saved_before_ms: 1n << 60n, most: 9 });
            }
          }
        }
        const led = new Map<string, number>();
        for (const { tenant, leader_broker } of records.list(shareGroup, [])) {
          const key = `${tenant} ${leader_broker}`;
          led.set(key, (led.get(key) ?? 0) + 1);
        }
        const counted = [...records.list(groupLoad, [])].map(
          ({ tenant, node_id, groups }) => [`${tenant} ${node_id}`, groups] as const,
        );
        assert.deepEqual(new Map(counted), led);
        const names = (one: { tenant: string; group_name: string }, node: bigint): string =>
          [one.tenant, one.group_name, node].join(' ');
        assert.deepEqual(
          [...records.list(nodeGroup, [])].map((each) => names(each, each.node_id)).sort(),
          [...records.list(shareGroup, [])].map((each) => names(each, each.leader_broker)).sort(),
        );
      }),
    );
  });
});
