import assert from 'node:assert/strict';
import { DEFAULT_ENGINE_SHARD_CONFIG } from '../../codec/robustmq/shard.ts';
import type { EngineSegment } from '../../codec/robustmq/segment.ts';
import { viewRecords } from '../resources/records.ts';
import { createRegistryWorld, nodeOf } from '../testing/registry-world.ts';
import type { RegistryWorld } from '../testing/registry-world.ts';
import { epochOfNode } from './epoch.ts';
import { expireNode, registerNode } from './registration.ts';
import { updateIsr } from './segment-isr.ts';
import { recoverSegment } from './segment-repair.ts';
import { sealSegment } from './shard-changes.ts';
import { createNextSegment, createShard } from './shard-creation.ts';
import { segment, segmentConcern } from './shard.ts';

/** What has been sealed is never written to again, whatever becomes of its replicas. */
describe('Sealed segments', () => {
  let world: RegistryWorld;
  const register = (id: bigint): bigint =>
    world.result(registerNode, { ...nodeOf(id, ['engine']), storage_fold: ['/d'] });
  const records = () => viewRecords(world.read, world.range);
  const get = (seq: number): EngineSegment =>
    records().get(segment, ['a', String(seq)]) ?? assert.fail(`no segment ${seq}`);
  const statuses = (): readonly string[] => [0, 1].map((seq) => get(seq).status);
  const stranded = (): readonly number[] =>
    [...records().list(segmentConcern, ['stranded'])].map(({ segment_seq }) => segment_seq);
  const told = (): readonly unknown[] =>
    world.told().map(([what, said]) => {
      const { segment_seq, status } = said as Partial<EngineSegment>;
      return [what, segment_seq, status];
    });

  /** Both nodes are gone, and come back. */
  const lose = (): void => {
    for (const node_id of [1n, 2n]) {
      world.change(expireNode, { node_id, epoch: epochOfNode(records(), node_id) });
    }
    assert.deepEqual(
      [statuses(), stranded()],
      [
        ['Unavailable', 'Unavailable'],
        [0, 1],
      ],
    );
    for (const id of [1n, 2n]) register(id);
    world.told();
  };
  const recover = (segment_seq: number): void => {
    const { segment_epoch } = get(segment_seq);
    world.change(recoverSegment, {
      at: { shard_name: 'a', segment_seq, segment_epoch },
      leader: 2n,
    });
  };

  /** Two nodes have segment 0, which is sealed, and segment 1; then both are gone. */
  beforeEach(() => {
    world = createRegistryWorld();
    for (const id of [1n, 2n]) register(id);
    world.change(createShard, {
      shard_uid: 'u',
      shard_name: 'a',
      topic_name: 't',
      config: { ...DEFAULT_ENGINE_SHARD_CONFIG, storage_type: 'EngineSegment', replica_num: 2 },
      desc: '',
      create_time: 1n,
    });
    world.change(createNextSegment, { shard_name: 'a', current: 0, end_offset: 99n, now: 7n });
    assert.deepEqual(statuses(), ['SealUp', 'Write']);
    lose();
  });

  it('are sealed again once they are given a leader, and the last one is written to', () => {
    for (const segment_seq of [0, 1]) recover(segment_seq);
    assert.deepEqual(statuses(), ['SealUp', 'Write']);
    assert.deepEqual(told(), [
      ['Segment/Create', 0, 'SealUp'],
      ['Segment/Create', 1, 'Write'],
    ]);
    const { leader, isr, last_known_isr } = get(0);
    assert.deepEqual([leader, isr, last_known_isr, stranded()], [2n, [2n], [], []]);
  });

  it('are sealed again once their leader says which replicas are in sync, and the last one is written to', () => {
    for (const segment_seq of [0, 1]) {
      const { leader, leader_epoch, segment_epoch } = get(segment_seq);
      world.result(updateIsr, {
        shard_name: 'a',
        segment_seq,
        isr: [leader],
        requester: leader,
        requester_epoch: 2n,
        leader_epoch,
        segment_epoch,
      });
    }
    assert.deepEqual(statuses(), ['SealUp', 'Write']);
    assert.deepEqual(told(), [
      ['Segment/Update', 0, 'SealUp'],
      ['Segment/Update', 1, 'Write'],
    ]);
    assert.deepEqual([get(0).last_known_isr, stranded()], [[], []]);
  });

  it('are sealed again though no other came after them', () => {
    recover(1);
    world.change(sealSegment, { shard_name: 'a', segment_seq: 1, time: 9n });
    lose();
    for (const segment_seq of [0, 1]) recover(segment_seq);
    assert.deepEqual(statuses(), ['SealUp', 'SealUp']);
  });
});
