import assert from 'node:assert/strict';
import fc from 'fast-check';
import { DEFAULT_ENGINE_SHARD_CONFIG } from '../../codec/robustmq/shard.ts';
import type { EngineShardConfig } from '../../codec/robustmq/shard.ts';
import type { Reply } from '../reply.ts';
import type { Resource } from '../resources/resource.ts';
import { rowOfKey, rowsWith } from '../resources/key.ts';
import { createRegistryWorld, nodeOf } from '../testing/registry-world.ts';
import type { RegistryWorld } from '../testing/registry-world.ts';
import { topicWith } from '../testing/topic-with.ts';
import { expireNode, registerNode, unregisterNode } from './registration.ts';
import { updateIsr } from './segment-isr.ts';
import { deleteSegments, deleteShard, sealSegment, startSegment } from './shard-changes.ts';
import { createNextSegment, createShard } from './shard-creation.ts';
import { recoverSegment } from './segment-repair.ts';
import { nodeLoad, nodeSegment, segment, segmentConcern, segmentMeta, shard } from './shard.ts';
import { createTopic, deleteTopic } from './topic.ts';

const FILES = { storage_type: 'EngineSegment' } as const;

describe('The storage engine', () => {
  let world: RegistryWorld;
  beforeEach(() => {
    world = createRegistryWorld();
  });

  const register = (id: bigint, folders: readonly string[] = ['/d']): bigint =>
    world.result(registerNode, { ...nodeOf(id, ['engine']), storage_fold: folders });
  const newShard = (shard_name: string, config: Partial<EngineShardConfig> = {}) => ({
    shard_uid: 'u',
    shard_name,
    topic_name: 't',
    config: { ...DEFAULT_ENGINE_SHARD_CONFIG, ...config },
    desc: '',
    create_time: 1n,
  });
  const create = (shard_name: string, config: Partial<EngineShardConfig> = {}): Reply =>
    world.change(createShard, newShard(shard_name, config));
  const replicasOf = (reply: Reply): readonly bigint[] => {
    if (reply.kind !== 'okResult') assert.fail(JSON.stringify(reply));
    return createShard.decodeResult(reply.result).replicas;
  };
  const get = <Value>({ table, codec }: Resource<Value>, ...key: readonly string[]): Value =>
    codec.decode(world.rows.get(rowOfKey(table, key)) ?? assert.fail(`no ${table} ${key.join()}`));
  const all = <Value>({ table, codec }: Resource<Value>): readonly Value[] =>
    [...world.range(rowsWith(table, []))].map(([, row]) => codec.decode(row));
  const recoverAll = (leader: bigint): void => {
    for (const { shard_name, segment_seq, segment_epoch } of all(segment)) {
      world.change(recoverSegment, { at: { shard_name, segment_seq, segment_epoch }, leader });
    }
  };
  const textOf = (reply: Reply): string => (reply.kind === 'refused' ? reply.text : reply.kind);
  const kinds = (): readonly string[] => world.told().map(([what]) => what);

  describe('creates a shard', () => {
    it('on nodes that have the fewest replicas, led by the one that leads the fewest', () => {
      for (const id of [1n, 2n, 10n]) register(id);
      const created = ['a', 'b', 'c', 'd'].map((name) =>
        replicasOf(create(name, { replica_num: 2 })),
      );
      assert.deepEqual(created, [
        [1n, 2n],
        [10n, 1n],
        [2n, 10n],
        [1n, 2n],
      ]);
    });

    it('by what nodes have, also when they were away', () => {
      for (const id of [1n, 2n]) register(id);
      for (const name of ['a', 'b', 'c', 'd']) create(name);
      world.change(expireNode, { node_id: 2n, epoch: 1n });
      // It comes back under its old number, and has what it had.
      register(2n);
      assert.deepEqual(replicasOf(create('e')), [1n]);
      assert.deepEqual(replicasOf(create('f')), [2n]);
    });

    it('and tells brokers of it in the order in which they take it', () => {
      register(1n);
      world.told();
      create('a');
      assert.deepEqual(kinds(), ['Shard/Create', 'Segment/Create']);
      create('b', FILES);
      assert.deepEqual(kinds(), ['Shard/Create', 'Segment/Create', 'SegmentMeta/Create']);
    });

    it('that is there once, and tells brokers of it again', () => {
      register(1n);
      const first = create('a', FILES);
      world.told();
      const records = (): unknown => [...world.rows].filter(([row]) => row.startsWith('r/'));
      const before = records();
      assert.deepEqual(create('a', { replica_num: 1 }), first);
      assert.deepEqual(kinds(), ['Shard/Create', 'Segment/Create', 'SegmentMeta/Create']);
      assert.deepEqual(records(), before);
    });

    it('unless it is being deleted, itself or with all topics that have it', () => {
      const refused = (name: string): string =>
        `Shard ${name} is being deleted and no creation is allowed`;
      const at = (topic_name: string) => ({ tenant: 't', topic_name });
      register(1n);
      create('a');
      world.change(deleteShard, 'a');
      for (const name of ['x', 'y'])
        world.change(createTopic, topicWith(name, ['inner', `${name}-0`]));
      world.change(deleteTopic, at('x'));
      world.told();
      assert.deepEqual([create('a'), create('x-0')].map(textOf), [refused('a'), refused('x-0')]);
      assert.deepEqual(kinds(), []);
      assert.deepEqual(replicasOf(create('inner')), [1n]);
      world.change(deleteTopic, at('y'));
      assert.equal(textOf(create('inner')), refused('inner'));
    });

    it('if there are nodes enough; an inner one takes what there is', () => {
      const text = (what: number, there: number): string =>
        `CreateShard,There are not enough nodes available in the cluster, ${what} is needed, and currently ${there}.`;
      world.result(registerNode, nodeOf(9n, ['broker']));
      assert.equal(textOf(create('a', { is_inner_topic: true, replica_num: 2 })), text(1, 0));
      register(1n);
      assert.equal(textOf(create('a', { replica_num: 2 })), text(2, 1));
      assert.deepEqual(replicasOf(create('a', { replica_num: 2, is_inner_topic: true })), [1n]);
    });

    it('in files only on nodes with folders', () => {
      register(1n, []);
      assert.equal(textOf(create('a', FILES)), 'Node 1 has no storage folders configured');
      assert.deepEqual(replicasOf(create('a')), [1n]);
    });
  });

  describe('opens the next segment', () => {
    const next = (current: number, end_offset = 99n): Reply =>
      world.change(createNextSegment, { shard_name: 'a', current, end_offset, now: 7n });
    beforeEach(() => {
      register(1n);
      create('a', FILES);
      world.told();
    });

    it('in one step with sealing the last one', () => {
      assert.deepEqual(next(0), { kind: 'ok' });
      assert.deepEqual(kinds(), [
        'Segment/Create',
        'SegmentMeta/Create',
        'Shard/Create',
        'SegmentMeta/Create',
        'Segment/Create',
        'SegmentMeta/Create',
      ]);
      const { active_segment_seq, last_segment_seq } = get(shard, 'a');
      assert.deepEqual([active_segment_seq, last_segment_seq], [1, 1]);
      assert.deepEqual(
        [get(segment, 'a', '0').status, get(segment, 'a', '1').status],
        ['SealUp', 'Write'],
      );
      const [old, opened] = all(segmentMeta);
      assert.deepEqual(
        [old?.end_offset, old?.end_timestamp, opened?.start_offset],
        [99n, 7n, 100n],
      );
    });

    it('once, however often it is asked for the same', () => {
      next(0);
      world.told();
      assert.deepEqual([next(0), kinds()], [{ kind: 'ok' }, []]);
      assert.equal(
        textOf(next(0, 98n)),
        'Segment 0 is not the active segment for shard a, current active is 1',
      );
    });

    it('also where offsets end', () => {
      assert.deepEqual(next(0, (1n << 63n) - 1n), { kind: 'ok' });
    });

    it('of a shard that is there', () => {
      const reply = world.change(createNextSegment, {
        shard_name: 'z',
        current: 0,
        end_offset: 1n,
        now: 7n,
      });
      assert.equal(textOf(reply), 'Shard z does not exist');
    });

    it('and none comes back that was deleted', () => {
      next(0);
      next(1, 199n);
      const gone = rowOfKey(segment.table, ['a', '0']);
      (world.rows as Map<string, Uint8Array>).delete(gone);
      const reply = create('a', FILES);
      assert.ok(reply.kind === 'okResult');
      assert.equal(createShard.decodeResult(reply.result).segment_seq, 1);
      assert.equal(world.rows.has(gone), false);
    });

    it('and the first of those that are left is the one with the lowest number, and stays', () => {
      const first = (): number => world.result(createShard, newShard('a')).segment_seq;
      for (let seq = 0; seq <= 10; seq += 1) next(seq, BigInt(seq));
      for (const seq of ['0', '1']) {
        (world.rows as Map<string, Uint8Array>).delete(rowOfKey(segment.table, ['a', seq]));
      }
      assert.equal(first(), 2);
      world.change(deleteSegments, [{ shard_name: 'a', segment_seq: 2 }]);
      world.told();
      assert.equal(first(), 3);
      assert.deepEqual(
        world.told().filter(([, said]) => (said as { status: unknown }).status === 'PreDelete'),
        [],
      );
    });
  });

  describe('seals, starts and deletes', () => {
    const name = { shard_name: 'a', segment_seq: 0 };
    beforeEach(() => {
      register(1n);
      create('a', FILES);
      world.told();
    });

    it('a segment that is written to', () => {
      world.change(sealSegment, { ...name, time: 5n });
      assert.deepEqual(kinds(), ['Segment/Create', 'SegmentMeta/Create']);
      assert.equal(get(segmentMeta, 'a', '0').end_timestamp, 5n);
      assert.equal(
        textOf(world.change(sealSegment, { ...name, time: 5n })),
        'Segment a,0 is in the wrong state. It should not be sealed.',
      );
    });

    it('only what is sealed, and once', () => {
      assert.equal(
        textOf(world.change(deleteSegments, [name])),
        'Segment a,0 state is Write and no deletion is allowed',
      );
      world.change(sealSegment, { ...name, time: 5n });
      world.told();
      for (const names of [[name], [name]]) {
        assert.deepEqual(world.change(deleteSegments, names), { kind: 'ok' });
      }
      assert.deepEqual([kinds(), get(segment, 'a', '0').status], [['Segment/Create'], 'PreDelete']);
    });

    it('a shard by a mark', () => {
      assert.equal(textOf(world.change(deleteShard, 'z')), 'Shard z does not exist');
      for (const each of ['a', 'a']) world.change(deleteShard, each);
      assert.deepEqual([kinds(), get(shard, 'a').status], [['Shard/Create'], 'PrepareDelete']);
    });

    it('what is there', () => {
      const start = (shard_name: string, segment_seq: number): string =>
        textOf(world.change(startSegment, { shard_name, segment_seq, time: 5n }));
      create('m');
      assert.deepEqual(
        [start('z', 0), start('a', 3), start('m', 0), start('a', 0)],
        [
          'Shard z does not exist',
          'Segment a-3 does not exist',
          'Segment Meta m,0 does not exist',
          'ok',
        ],
      );
      assert.equal(get(segmentMeta, 'a', '0').start_timestamp, 5n);
    });
  });

  describe('takes the replicas in sync', () => {
    const update = (change: Partial<Parameters<typeof updateIsr.encode>[0]> = {}): Reply =>
      world.change(updateIsr, {
        shard_name: 'a',
        segment_seq: 0,
        isr: [1n],
        requester: 1n,
        requester_epoch: 1n,
        leader_epoch: 0,
        segment_epoch: 0,
        ...change,
      });
    beforeEach(() => {
      for (const id of [1n, 2n]) register(id);
      create('a', { replica_num: 2 });
      world.told();
    });

    it('from the leader', () => {
      const reply = update({ isr: [2n, 1n] });
      assert.ok(reply.kind === 'okResult' && updateIsr.decodeResult(reply.result) === 1);
      assert.deepEqual(kinds(), ['Segment/Update']);
      assert.deepEqual(get(segment, 'a', '0').isr, [2n, 1n]);
    });

    it('from nobody else, and not on what is past; with the real numbers', () => {
      register(1n);
      const refused = [
        update({ shard_name: 'z' }),
        update({ segment_seq: 7 }),
        update({ requester: 2n }),
        update({ isr: [] }),
        update({ isr: [2n] }),
        update({ isr: [1n, 1n] }),
        update({ isr: [1n, 3n] }),
        update({ leader_epoch: 4 }),
        update(),
        update({ requester_epoch: 2n, segment_epoch: 9 }),
      ].map(textOf);
      const what = 'UpdateSegmentIsr on a/0:';
      assert.deepEqual(refused, [
        'Shard z does not exist',
        'Segment a-7 does not exist',
        `${what} requester 2 is not the current leader 1`,
        `${what} invalid new_isr [] (empty)`,
        `${what} invalid new_isr [2] (the leader is missing)`,
        `${what} invalid new_isr [1, 1] (a replica twice)`,
        `${what} invalid new_isr [1, 3] (not a subset of the replicas)`,
        `${what} leader_epoch 4 != current 0`,
        `${what} broker_epoch 1 != registered 2`,
        `${what} expected_segment_epoch 9 != current 0`,
      ]);
      assert.deepEqual(
        kinds().filter((kind) => kind.startsWith('Segment')),
        [],
      );
    });

    it('of one that was unavailable, which it then is no more', () => {
      update();
      world.change(expireNode, { node_id: 1n, epoch: 1n });
      assert.equal(get(segment, 'a', '0').status, 'Unavailable');
      assert.equal(register(1n), 2n);
      const { segment_epoch } = get(segment, 'a', '0');
      assert.equal(textOf(update({ requester_epoch: 2n, segment_epoch })), 'okResult');
      const { status, isr, last_known_isr } = get(segment, 'a', '0');
      assert.deepEqual([status, isr, last_known_isr], ['Write', [1n], []]);
    });

    it('from nobody who is gone, whose epoch still counts on', () => {
      world.change(unregisterNode, 2n);
      world.change(expireNode, { node_id: 1n, epoch: 1n });
      const { segment_epoch } = get(segment, 'a', '0');
      assert.deepEqual(
        [1n, 0n].map((requester_epoch) => textOf(update({ requester_epoch, segment_epoch }))),
        [1, 0].map((epoch) => `UpdateSegmentIsr on a/0: broker_epoch ${epoch} != registered 0`),
      );
      assert.equal(get(segment, 'a', '0').status, 'Unavailable');
      assert.deepEqual(
        all(segmentConcern).map(({ kind }) => kind),
        ['stranded'],
      );
    });

    it('in epochs that are above those before a restore', () => {
      world.apply({ kind: 'raiseEpochs', timeMs: 1, by: 1_000, cluster: 'c', incident: '' });
      const reply = update({ requester_epoch: 1_001n });
      assert.ok(reply.kind === 'okResult' && updateIsr.decodeResult(reply.result) === 1_001);
    });
  });

  it('goes on where epochs end', () => {
    const by = Number.MAX_SAFE_INTEGER;
    world.apply({ kind: 'raiseEpochs', timeMs: 1, by, cluster: 'c', incident: '' });
    for (const id of [1n, 2n]) register(id);
    create('a', { replica_num: 2 });
    world.change(unregisterNode, 1n);
    assert.deepEqual(get(segment, 'a', '0').segment_epoch, 2 ** 32 - 1);
  });

  describe('goes on without a node', () => {
    it('under a leader that was in sync, with another replica in its place', () => {
      for (const id of [1n, 2n, 3n]) register(id);
      create('a', { replica_num: 2 });
      world.told();
      world.change(unregisterNode, 1n);
      assert.deepEqual(kinds(), ['Node/Delete but 1', 'Segment/Create']);
      const { leader, isr, replicas, leader_epoch, segment_epoch, status } = get(segment, 'a', '0');
      assert.deepEqual(
        [leader, isr, replicas.map(({ node_id }) => node_id), leader_epoch, segment_epoch, status],
        [2n, [2n], [2n, 3n], 1, 1, 'Write'],
      );
      assert.deepEqual(
        replicas.map(({ replica_seq }) => replica_seq),
        [1n, 2n],
      );
    });

    it('that may come back: it stays a replica, and in sync where it did not lead', () => {
      for (const id of [1n, 2n]) register(id);
      for (const name of ['a', 'b']) create(name, { replica_num: 2 });
      world.told();
      world.change(expireNode, { node_id: 1n, epoch: 1n });
      assert.deepEqual(kinds(), ['Node/Delete but 1', 'Segment/Create']);
      const [led, followed] = all(segment);
      assert.deepEqual([led?.leader, led?.isr, led?.replicas.length], [2n, [2n], 2]);
      assert.deepEqual([followed?.leader, followed?.isr], [2n, [2n, 1n]]);
    });

    it('unless it has registered since', () => {
      register(1n);
      register(1n);
      world.told();
      world.change(expireNode, { node_id: 1n, epoch: 1n });
      assert.deepEqual(kinds(), []);
    });

    const replicas = (): readonly bigint[] =>
      get(segment, 'a', '0').replicas.map(({ node_id }) => node_id);
    const concerns = (): readonly string[] => all(segmentConcern).map(({ kind }) => kind);

    it('that comes back though it had left for good: nobody else has its messages', () => {
      for (const id of [1n, 2n]) register(id);
      create('a', FILES);
      world.change(unregisterNode, 1n);
      assert.deepEqual([replicas(), concerns()], [[2n], ['stranded']]);
      register(1n);
      recoverAll(1n);
      const { status, leader, isr, leader_epoch, segment_epoch } = get(segment, 'a', '0');
      assert.deepEqual([status, leader, isr, replicas()], ['Write', 1n, [1n], [2n, 1n]]);
      const epochs = { requester: 1n, requester_epoch: 2n, leader_epoch, segment_epoch };
      const update = { shard_name: 'a', segment_seq: 0, isr: [1n, 2n], ...epochs };
      assert.equal(textOf(world.change(updateIsr, update)), 'okResult');
    });

    it('that comes back and leaves for good once more', () => {
      for (const id of [1n, 2n]) register(id);
      create('a');
      world.change(unregisterNode, 1n);
      register(1n);
      recoverAll(1n);
      world.change(unregisterNode, 1n);
      const { status, isr, last_known_isr } = get(segment, 'a', '0');
      assert.deepEqual([status, isr, last_known_isr], ['Unavailable', [], [1n]]);
      assert.deepEqual([replicas(), concerns()], [[2n], ['stranded']]);
    });

    it('that comes back with more folders than one: nobody knows in which its messages are', () => {
      for (const id of [1n, 2n]) register(id);
      create('a', FILES);
      world.change(unregisterNode, 1n);
      register(1n, ['/d', '/e']);
      recoverAll(1n);
      assert.deepEqual([replicas(), concerns()], [[2n], ['stranded']]);
    });

    it('that leads a segment of which it has no replica, as states of earlier versions have it', () => {
      for (const id of [1n, 2n]) register(id);
      create('a');
      const rows = world.rows as Map<string, Uint8Array>;
      const plant = <Value>(
        { table, keyOf, codec }: Resource<Value>,
        value: NoInfer<Value>,
      ): void => void rows.set(rowOfKey(table, keyOf(value)), codec.encode(value));
      const name = { shard_name: 'a', segment_seq: 0 };
      const elsewhere = { replica_seq: 1n, node_id: 2n, fold: '/d' };
      plant(segment, { ...get(segment, 'a', '0'), replicas: [elsewhere] });
      rows.delete(rowOfKey(nodeSegment.table, ['1', 'keeps', 'a', '0']));
      plant(nodeSegment, { node_id: 2n, role: 'keeps', ...name });
      plant(nodeLoad, { node_id: 1n, replicas: 0, leaders: 0 });
      plant(nodeLoad, { node_id: 2n, replicas: 1, leaders: 0 });
      world.change(unregisterNode, 1n);
      assert.deepEqual([replicas(), concerns()], [[2n], ['stranded']]);
    });

    it('not at all, where nobody else was in sync', () => {
      for (const id of [1n, 2n]) register(id);
      create('a');
      world.change(unregisterNode, 1n);
      const { leader, isr, last_known_isr, status, leader_epoch } = get(segment, 'a', '0');
      assert.deepEqual([leader, isr, last_known_isr, leader_epoch], [1n, [], [1n], 0]);
      assert.equal(status, 'Unavailable');
    });
  });

  it('counts what nodes have as it is, and a leader is in sync, which has a replica', () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('join'), id: fc.integer({ min: 1, max: 4 }) }),
      fc.record({ kind: fc.constant('lose'), id: fc.integer({ min: 1, max: 4 }) }),
      fc.record({ kind: fc.constant('leave'), id: fc.integer({ min: 1, max: 4 }) }),
      fc.record({ kind: fc.constant('create'), id: fc.integer({ min: 1, max: 3 }) }),
      fc.record({ kind: fc.constant('return'), id: fc.integer({ min: 1, max: 4 }) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
        world = createRegistryWorld();
        const epochs = new Map<bigint, bigint>();
        for (const [index, { kind, id }] of steps.entries()) {
          const node_id = BigInt(id);
          if (kind === 'join') epochs.set(node_id, register(node_id));
          else if (kind === 'lose')
            world.change(expireNode, { node_id, epoch: epochs.get(node_id) ?? 0n });
          else if (kind === 'leave') world.change(unregisterNode, BigInt(id));
          else if (kind === 'return') {
            world.change(unregisterNode, node_id);
            epochs.set(node_id, register(node_id));
            recoverAll(node_id);
          } else create(`s${index}`, { replica_num: id, is_inner_topic: id === 1 });
        }
        const counted = new Map<bigint, { replicas: number; leaders: number }>();
        for (const { replicas, leader, isr, status } of all(segment)) {
          assert.ok(status === 'Unavailable' ? isr.length === 0 : isr.includes(leader));
          assert.ok(isr.every((id) => replicas.some(({ node_id }) => node_id === id)));
          for (const { node_id } of replicas) {
            const count = counted.get(node_id) ?? { replicas: 0, leaders: 0 };
            count.replicas += 1;
            count.leaders += node_id === leader ? 1 : 0;
            counted.set(node_id, count);
          }
        }
        for (const { node_id, replicas, leaders } of all(nodeLoad)) {
          const count = counted.get(node_id) ?? { replicas: 0, leaders: 0 };
          assert.deepEqual({ replicas, leaders }, count);
          counted.delete(node_id);
        }
        assert.equal(counted.size, 0);
        const roles = all(segment).flatMap(({ shard_name, replicas, leader, isr }) => [
          ...replicas.map(({ node_id }) => `${node_id} keeps ${shard_name}`),
          ...(isr.length === 0 ? [] : [`${leader} leads ${shard_name}`]),
        ]);
        const noted = all(nodeSegment).map((each) =>
          [each.node_id, each.role, each.shard_name].join(' '),
        );
        assert.deepEqual(noted.sort(), roles.sort());
      }),
    );
  });
});
