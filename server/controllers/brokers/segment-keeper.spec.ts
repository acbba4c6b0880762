import assert from 'node:assert/strict';
import { registerNode, expireNode, unregisterNode } from '../../state/registry/registration.ts';
import { updateIsr } from '../../state/registry/segment-isr.ts';
import { HANDED_OVER_MAX, handOver, vacancy } from '../../state/registry/vacancy.ts';
import { segmentConcern } from '../../state/registry/shard.ts';
import { nodeOf } from '../../state/testing/registry-world.ts';
import type { ReplicaEnd } from './broker-calls.ts';
import { createSegmentKeeper } from './segment-keeper.ts';
import { createBench } from './testing/bench.ts';
import { createShardOn, segmentOf } from './testing/storage.ts';

describe('the keeper of segments', () => {
  function createKeeper(nodes: readonly bigint[]) {
    const options = { rebalanceMs: 60_000, movesMax: 2, fillMs: 30_000 };
    const bench = createBench(() => [createSegmentKeeper(options)]);
    const register = (id: bigint): void =>
      void bench.change(registerNode, { ...nodeOf(id, ['engine']), storage_fold: ['/d'] });
    for (const id of nodes) register(id);
    return {
      ...bench,
      register,
      expire: (node_id: bigint, epoch = 1n): void =>
        void bench.change(expireNode, { node_id, epoch }),
      answerAll: (of: (to: bigint) => ReplicaEnd | undefined): void => {
        for (const { to, answer } of bench.calls) answer({ kind: 'replica', replica: of(to) });
      },
      concerns: () => [...bench.records.list(segmentConcern, [])].map(({ kind }) => kind),
    };
  }

  it('lets the replica lead again that was given first, once it is in sync', () => {
    const bench = createKeeper([1n, 2n]);
    createShardOn(bench, 's', { replica_num: 2 });
    bench.expire(1n);
    assert.equal(segmentOf(bench, 's').leader, 2n);
    bench.register(1n);
    bench.pass(61_000);
    assert.equal(segmentOf(bench, 's').leader, 2n);
    const { leader_epoch, segment_epoch } = segmentOf(bench, 's');
    const update = { requester: 2n, requester_epoch: 1n, leader_epoch, segment_epoch };
    bench.change(updateIsr, { shard_name: 's', segment_seq: 0, isr: [2n, 1n], ...update });
    bench.told();
    bench.pass(61_000);
    const after = segmentOf(bench, 's');
    assert.deepEqual(
      [after.leader, after.isr, after.leader_epoch, after.leader_broker_epoch],
      [1n, [2n, 1n], leader_epoch + 1, 2n],
    );
    assert.deepEqual(
      bench.told().map(([what]) => what),
      ['Segment/Create'],
    );
    assert.deepEqual(bench.concerns(), []);
  });

  it('moves as many in a round as are allowed', () => {
    const bench = createKeeper([1n, 2n]);
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f'])
      createShardOn(bench, name, { replica_num: 2 });
    bench.expire(1n);
    bench.register(1n);
    for (const name of ['a', 'c', 'e']) {
      const { leader_epoch, segment_epoch } = segmentOf(bench, name);
      const update = { requester: 2n, requester_epoch: 1n, leader_epoch, segment_epoch };
      bench.change(updateIsr, { shard_name: name, segment_seq: 0, isr: [2n, 1n], ...update });
    }
    bench.pass(61_000);
    assert.equal(bench.proposed.length, 2);
    bench.pass(60_000);
    assert.equal(bench.proposed.length, 3);
  });

  it('leaves a segment alone none of whose replicas lives, and says so', () => {
    const bench = createKeeper([1n, 2n]);
    createShardOn(bench, 's');
    bench.expire(1n);
    const before = segmentOf(bench, 's');
    assert.deepEqual([before.status, before.isr, before.last_known_isr], ['Unavailable', [], [1n]]);
    bench.pass(120_000);
    assert.deepEqual([segmentOf(bench, 's'), bench.calls.length], [before, 0]);
    assert.deepEqual(bench.concerns(), ['stranded']);
  });

  it('makes nobody the leader who is gone, though it was in sync', () => {
    const bench = createKeeper([1n, 2n]);
    createShardOn(bench, 's', { replica_num: 2 });
    bench.expire(2n);
    bench.expire(1n);
    const { status, leader, isr, last_known_isr } = segmentOf(bench, 's');
    assert.deepEqual([status, leader, isr, last_known_isr], ['Unavailable', 1n, [], [1n, 2n]]);
  });

  it('gives it to the replica that has come furthest, when some are back', () => {
    const bench = createKeeper([1n, 2n, 3n]);
    createShardOn(bench, 's', { replica_num: 3 });
    for (const id of [3n, 2n, 1n]) bench.expire(id);
    for (const id of [2n, 3n]) bench.register(id);
    bench.pass(1_000);
    assert.deepEqual(
      bench.calls.map(({ to }) => to),
      [2n, 3n],
    );
    bench.answerAll((to) => ({ leo: 7n, leaderEpoch: Number(to) }));
    bench.pass(500);
    const { status, leader, isr, last_known_isr, leader_broker_epoch } = segmentOf(bench, 's');
    assert.deepEqual(
      [status, leader, isr, last_known_isr, leader_broker_epoch],
      ['Write', 3n, [3n], [], 2n],
    );
    assert.deepEqual(bench.concerns(), ['displaced']);
  });

  it('asks again while no replica is available, and takes back nothing that its leader did', () => {
    const bench = createKeeper([1n]);
    createShardOn(bench, 's');
    bench.expire(1n);
    bench.register(1n);
    bench.pass(500);
    bench.answerAll(() => undefined);
    bench.pass(6_000);
    assert.equal(bench.calls.length, 2);
    const { leader_epoch, segment_epoch } = segmentOf(bench, 's');
    const update = { requester: 1n, requester_epoch: 2n, leader_epoch, segment_epoch };
    bench.change(updateIsr, { shard_name: 's', segment_seq: 0, isr: [1n], ...update });
    const led = segmentOf(bench, 's');
    bench.answerAll(() => ({ leo: 7n, leaderEpoch: 1 }));
    bench.pass(10_000);
    assert.deepEqual([led.status, segmentOf(bench, 's')], ['Write', led]);
  });

  it('gives inner topics the replicas that they lack', () => {
    const bench = createKeeper([1n]);
    createShardOn(bench, 's', { replica_num: 2, is_inner_topic: true });
    bench.register(2n);
    bench.pass(31_000);
    const { replicas, isr, segment_epoch } = segmentOf(bench, 's');
    assert.deepEqual(
      replicas.map(({ node_id }) => node_id),
      [1n, 2n],
    );
    assert.deepEqual([isr, segment_epoch, bench.concerns()], [[1n], 1, []]);
    bench.change(unregisterNode, 2n);
    assert.deepEqual(bench.concerns(), ['thin']);
  });

  const names = (count: number): readonly string[] =>
    Array.from({ length: count }, (_, at) => `s${String(at).padStart(5, '0')}`);
  /** Segments of which node 1 alone has a replica, which comes back; that of the last, node 2 has. */
  function createStranded(count: number) {
    const bench = createKeeper([1n]);
    const all = names(count);
    for (const name of all) createShardOn(bench, name);
    bench.register(2n);
    createShardOn(bench, 'z');
    bench.expire(1n);
    bench.expire(2n);
    let answered = 0;
    return {
      ...bench,
      all,
      /** Node 1 has lost its messages; node 2 has not. */
      answer: (): void => {
        const calls = bench.calls.slice(answered);
        answered = bench.calls.length;
        for (const { to, answer } of calls) {
          answer({ kind: 'replica', replica: to === 2n ? { leo: 7n, leaderEpoch: 1 } : undefined });
        }
      },
    };
  }

  it('comes to the last of many none of whose replicas lives', () => {
    const bench = createStranded(1_500);
    bench.register(2n);
    bench.pass(2_000, bench.answer);
    assert.equal(segmentOf(bench, 'z').status, 'Write');
  });

  it('comes to the last of many whose replicas have nothing, and asks these again later', () => {
    const bench = createStranded(250);
    bench.register(1n);
    bench.register(2n);
    bench.pass(3_000, bench.answer);
    assert.equal(segmentOf(bench, 'z').status, 'Write');
    // Each once so far, and again after a pause.
    assert.equal(bench.calls.length, 251);
    bench.pass(5_000, bench.answer);
    assert.equal(bench.calls.length, 501);
    assert.equal(bench.concerns().length, 250);
  });

  it('asks for so many at once, and for the others once these have answered', () => {
    const bench = createStranded(250);
    bench.register(1n);
    bench.pass(20_000);
    assert.equal(bench.calls.length, 100);
    bench.answer();
    bench.pass(500);
    assert.equal(bench.calls.length, 200);
    const asked = bench.calls.map(({ request }) => 'shardName' in request && request.shardName);
    assert.deepEqual(asked, bench.all.slice(0, 200));
  });

  it('asks again at once when another replica is back', () => {
    const bench = createKeeper([1n, 2n]);
    createShardOn(bench, 's', { replica_num: 2 });
    bench.expire(2n);
    bench.expire(1n);
    bench.register(1n);
    bench.pass(500);
    bench.answerAll(() => undefined);
    bench.pass(500);
    bench.register(2n);
    bench.pass(500);
    assert.deepEqual(
      bench.calls.map(({ to }) => to),
      [1n, 1n, 2n],
    );
  });

  it('comes to the last of many that cannot be led by who was given them first', () => {
    const bench = createKeeper([1n, 2n]);
    for (const name of names(1_200)) createShardOn(bench, name, { replica_num: 2 });
    createShardOn(bench, 'z', { replica_num: 2 });
    bench.expire(1n);
    while ([...bench.records.list(vacancy, [])].length > 0) {
      bench.change(handOver, { node_id: 1n, most: HANDED_OVER_MAX });
    }
    bench.register(1n);
    const { leader_epoch, segment_epoch } = segmentOf(bench, 'z');
    const update = { requester: 2n, requester_epoch: 1n, leader_epoch, segment_epoch };
    const isr = [2n, 1n];
    assert.equal(segmentOf(bench, 'z').leader, 2n);
    bench.change(updateIsr, { shard_name: 'z', segment_seq: 0, isr, ...update });
    bench.pass(181_000);
    assert.equal(segmentOf(bench, 'z').leader, 1n);
  });
});
