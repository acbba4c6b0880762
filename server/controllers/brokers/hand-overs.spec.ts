import assert from 'node:assert/strict';
import { expireNode, registerNode, unregisterNode } from '../../state/registry/registration.ts';
import { createShareGroup, groupLoad } from '../../state/registry/share-group.ts';
import { segment } from '../../state/registry/shard.ts';
import { HANDED_OVER_MAX, vacancy } from '../../state/registry/vacancy.ts';
import { nodeOf } from '../../state/testing/registry-world.ts';
import { handOvers } from './hand-overs.ts';
import { createBench } from './testing/bench.ts';
import { createShardOn } from './testing/storage.ts';

describe('what a node had that is gone:', function () {
  this.timeout(20_000);

  const more = 3;
  const all = HANDED_OVER_MAX + more;

  /** One node has all of them; another one comes after. */
  function createSegments() {
    const bench = createBench(() => [handOvers]);
    const register = (id: bigint): bigint =>
      bench.result(registerNode, { ...nodeOf(id, ['engine']), storage_fold: ['/d'] });
    register(1n);
    for (let at = 0; at < all; at += 1) createShardOn(bench, `s${at}`);
    register(2n);
    bench.told();
    const segments = () => [...bench.records.list(segment, [])];
    return {
      ...bench,
      register,
      unavailable: () => segments().filter(({ status }) => status === 'Unavailable').length,
      keptBy: (id: bigint) =>
        segments().filter(({ replicas }) => replicas.some(({ node_id }) => node_id === id)).length,
      vacancies: () => [...bench.records.list(vacancy, [])].length,
    };
  }

  it('segments are seen to so many at a time, however many there are', () => {
    const { change, pass, told, unavailable, keptBy, vacancies, proposed } = createSegments();
    change(expireNode, { node_id: 1n, epoch: 1n });
    const pushes = told().filter(([what]) => what === 'Segment/Create').length;
    assert.deepEqual([pushes, unavailable()], [HANDED_OVER_MAX, HANDED_OVER_MAX]);
    pass(1_000);
    assert.deepEqual([unavailable(), vacancies(), told().length], [all, 0, more]);
    assert.equal(keptBy(1n), all);
    pass(1_000);
    assert.deepEqual(proposed, ['node.handOver']);
  });

  it('segments stay as they are when it comes back before', () => {
    const { change, pass, unavailable, register, vacancies, proposed } = createSegments();
    change(expireNode, { node_id: 1n, epoch: 1n });
    register(1n);
    pass(1_000);
    assert.deepEqual([unavailable(), vacancies(), proposed], [HANDED_OVER_MAX, 0, []]);
  });

  it('segments are all kept by others when it has left for good', () => {
    const { change, pass, keptBy, vacancies, proposed } = createSegments();
    change(unregisterNode, 1n);
    assert.deepEqual([keptBy(1n), keptBy(2n)], [more, HANDED_OVER_MAX]);
    pass(1_000);
    assert.deepEqual([keptBy(1n), keptBy(2n), vacancies()], [0, all, 0]);
    assert.deepEqual(proposed, ['node.handOver']);
  });

  /** One node leads all of them. */
  function createGroups() {
    const bench = createBench(() => [handOvers]);
    bench.change(registerNode, nodeOf(1n));
    for (let at = 0; at < all; at += 1) {
      bench.change(createShareGroup, {
        ...{ uuid: 'u', tenant: 't', group_name: `g${at}`, create_time: 1n },
        sub_params: { kind: 'NATS', value: {} },
      });
    }
    const ledBy = (id: string): number => bench.records.get(groupLoad, ['t', id])?.groups ?? 0;
    return { ...bench, ledBy };
  }

  it('groups are led by others so many at a time, however many there are', () => {
    const { change, pass, told, proposed, records, ledBy } = createGroups();
    change(registerNode, nodeOf(2n));
    told();
    change(expireNode, { node_id: 1n, epoch: 1n });
    assert.deepEqual([ledBy('1'), ledBy('2')], [more, HANDED_OVER_MAX]);
    assert.equal(told().length, 1 + HANDED_OVER_MAX);
    pass(1_000);
    assert.deepEqual([ledBy('1'), ledBy('2'), told().length], [0, all, more]);
    assert.deepEqual([...records.list(vacancy, [])], []);
    assert.deepEqual(proposed, ['node.handOver']);
  });

  it('groups wait for whoever comes first when nobody else is left', () => {
    const { change, pass, proposed, ledBy, records } = createGroups();
    change(expireNode, { node_id: 1n, epoch: 1n });
    pass(1_000);
    assert.equal(ledBy('1'), all);
    assert.deepEqual(proposed, []);
    change(registerNode, nodeOf(2n));
    pass(500);
    assert.deepEqual([ledBy('1'), ledBy('2')], [0, all]);
    assert.deepEqual([...records.list(vacancy, [])], []);
    assert.deepEqual(proposed, ['node.handOver', 'node.handOver']);
  });

  it('groups stay with one that comes back before anybody else does', () => {
    const { change, pass, proposed, ledBy } = createGroups();
    change(expireNode, { node_id: 1n, epoch: 1n });
    change(registerNode, nodeOf(1n));
    change(registerNode, nodeOf(2n));
    pass(1_000);
    assert.deepEqual([ledBy('1'), ledBy('2'), proposed], [all, 0, []]);
  });

  it('nothing is waited for when nobody is left, and it led no groups', () => {
    const { change, records } = createBench(() => [handOvers]);
    change(registerNode, nodeOf(1n));
    change(expireNode, { node_id: 1n, epoch: 1n });
    assert.deepEqual([...records.list(vacancy, [])], []);
  });
});
