/** Of what is marked as deleted nobody is told any more: who has deleted it would have it again, and keep it. */
import assert from 'node:assert/strict';
import { DEFAULT_ENGINE_SHARD_CONFIG } from '../../codec/robustmq/shard.ts';
import type { Reply } from '../reply.ts';
import { viewRecords } from '../resources/records.ts';
import { createRegistryWorld, nodeOf } from '../testing/registry-world.ts';
import type { RegistryWorld } from '../testing/registry-world.ts';
import { topicWith } from '../testing/topic-with.ts';
import { expireNode, registerNode } from './registration.ts';
import { updateIsr } from './segment-isr.ts';
import { deleteSegments, deleteShard, sealSegment, startSegment } from './shard-changes.ts';
import { createNextSegment, createShard } from './shard-creation.ts';
import { segment, segmentMeta, shard } from './shard.ts';
import { createTopic, deleteTopic } from './topic.ts';

describe('What goes', () => {
  let world: RegistryWorld;
  beforeEach(() => {
    world = createRegistryWorld();
    world.change(registerNode, { ...nodeOf(1n, ['engine']), storage_fold: ['/d'] });
    world.change(createTopic, topicWith('x', ['a']));
    create();
    world.told();
  });

  const create = (): Reply =>
    world.change(createShard, {
      ...{ shard_uid: 'u', shard_name: 'a', topic_name: 'x', desc: '', create_time: 1n },
      config: { ...DEFAULT_ENGINE_SHARD_CONFIG, storage_type: 'EngineSegment' },
    });
  const next = (): Reply =>
    world.change(createNextSegment, { shard_name: 'a', current: 0, end_offset: 9n, now: 7n });
  const records = () => viewRecords(world.read, world.range);
  const told = (): readonly string[] => world.told().map(([what]) => what);
  const first = { shard_name: 'a', segment_seq: 0 };

  it('as a shard is not created again, and nobody is told', () => {
    world.change(deleteShard, 'a');
    assert.deepEqual(told(), ['Shard/Create']);
    assert.deepEqual([create().kind, told()], ['refused', []]);
  });

  it('as a shard gets no further segment', () => {
    world.change(deleteShard, 'a');
    world.told();
    const reply = next();
    assert.equal(reply.kind === 'refused' && reply.text, 'Shard a does not exist');
    assert.deepEqual(told(), []);
    assert.equal([...records().list(segment, ['a'])].length, 1);
  });

  it('with the only topic that has it is marked itself without a word', () => {
    world.change(deleteTopic, { tenant: 't', topic_name: 'x' });
    world.told();
    create();
    world.change(deleteShard, 'a');
    assert.deepEqual(told(), []);
    assert.equal(records().get(shard, ['a'])?.status, 'PrepareDelete');
  });

  it('with one topic does not go while another one has it', () => {
    world.change(createTopic, topicWith('y', ['a']));
    world.change(deleteTopic, { tenant: 't', topic_name: 'x' });
    world.told();
    create();
    world.change(deleteShard, 'a');
    assert.deepEqual(told(), [
      'Shard/Create',
      'Segment/Create',
      'SegmentMeta/Create',
      'Shard/Create',
    ]);
  });

  describe('as a segment', () => {
    beforeEach(() => {
      world.change(sealSegment, { ...first, time: 5n });
      world.change(deleteSegments, [first]);
      assert.equal(told().at(-1), 'Segment/Create');
    });

    it('changes without a word', () => {
      const isr = { isr: [1n], requester: 1n, requester_epoch: 1n };
      const reply = world.change(updateIsr, {
        ...{ ...first, ...isr },
        ...{ leader_epoch: 0, segment_epoch: 0 },
      });
      assert.equal(reply.kind, 'okResult');
      world.change(startSegment, { ...first, time: 6n });
      assert.deepEqual(told(), []);
      world.change(expireNode, { node_id: 1n, epoch: 1n });
      assert.deepEqual(told(), ['Node/Delete but 1']);
      assert.equal(records().get(segment, ['a', '0'])?.segment_epoch, 2);
      assert.equal(records().get(segmentMeta, ['a', '0'])?.start_timestamp, 6n);
    });

    it('ends without a word when the next one begins', () => {
      next();
      assert.deepEqual(told(), ['Segment/Create', 'SegmentMeta/Create', 'Shard/Create']);
      assert.equal(records().get(segmentMeta, ['a', '0'])?.end_offset, 9n);
    });

    it('is not told with its shard, of which nothing is left', () => {
      assert.deepEqual([create().kind, told()], ['refused', []]);
    });
  });
});
