/** What else becomes of shards and segments. What is deleted stays, marked, until brokers have deleted it. */
import { i64, list, string, struct, u32 } from '../../codec/layout/layout.ts';
import type { EngineSegment } from '../../codec/robustmq/segment.ts';
import { plainOperation } from '../resources/operation.ts';
import { refuse } from '../resources/refusal.ts';
import type { Refusal } from '../resources/refusal.ts';
import type { Records } from '../resources/resource.ts';
import { isShardDoomed } from './deletion.ts';
import { doomedSegment, doomedShard } from './doomed.ts';
import {
  putSegment,
  putSegmentMeta,
  segment,
  SEGMENT_KINDS,
  segmentMeta,
  SegmentName,
  shard,
} from './shard.ts';

/** A segment of a shard that is there, or why there is none. */
function find(records: Records, shard_name: string, seq: number): EngineSegment | Refusal {
  if (records.get(shard, [shard_name]) === undefined) return refuse('shardMissing', shard_name);
  const found = records.get(segment, [shard_name, String(seq)]);
  return found ?? refuse('segmentMissing', shard_name, String(seq));
}

export const deleteShard = plainOperation({
  name: 'shard.markDeleted',
  does: 'marks a shard; once marked, it is done',
  changes: [shard, doomedShard],
  tells: ['Shard/Create'],
  args: string,
  apply: (records, shard_name) => {
    const before = records.get(shard, [shard_name]);
    if (before === undefined) return refuse('shardMissing', shard_name);
    if (before.status === 'Run') {
      // Brokers may have deleted it with its topic.
      const action = isShardDoomed(records, shard_name) ? 'silent' : undefined;
      records.put(shard, { ...before, status: 'PrepareDelete' }, action);
    }
    records.put(doomedShard, { shard_name });
    return undefined;
  },
});

export const deleteSegments = plainOperation({
  name: 'segment.markDeleted',
  does: 'marks sealed segments; of one that is marked already, it is done',
  changes: [...SEGMENT_KINDS, doomedSegment],
  tells: ['Segment/Create'],
  args: list(SegmentName),
  apply: (records, names) => {
    for (const { shard_name, segment_seq } of names) {
      const before = find(records, shard_name, segment_seq);
      if ('code' in before) return before;
      if (before.status === 'PreDelete') continue;
      if (before.status !== 'SealUp') {
        return refuse('notDeletable', shard_name, String(segment_seq), before.status);
      }
      putSegment(records, { ...before, status: 'PreDelete' });
      records.put(doomedSegment, { shard_name, segment_seq });
    }
    return undefined;
  },
});

const TimeOfSegment = struct('TimeOfSegment', {
  shard_name: string,
  segment_seq: u32,
  /** Unix seconds. */
  time: i64,
});

export const sealSegment = plainOperation({
  name: 'segment.seal',
  does: 'seals a segment that is written to',
  changes: [segmentMeta, ...SEGMENT_KINDS],
  tells: ['Segment/Create', 'SegmentMeta/Create'],
  args: TimeOfSegment,
  apply: (records, { shard_name, segment_seq, time }) => {
    const before = find(records, shard_name, segment_seq);
    if ('code' in before) return before;
    if (before.status !== 'Write') return refuse('notSealable', shard_name, String(segment_seq));
    putSegment(records, { ...before, status: 'SealUp' });
    const meta = records.get(segmentMeta, segment.keyOf(before));
    if (meta !== undefined) putSegmentMeta(records, { ...meta, end_timestamp: time });
    return undefined;
  },
});

export const startSegment = plainOperation({
  name: 'segment.start',
  does: 'says when the first message of a segment was written',
  changes: [segmentMeta],
  tells: ['SegmentMeta/Create'],
  args: TimeOfSegment,
  apply: (records, { shard_name, segment_seq, time }) => {
    const found = find(records, shard_name, segment_seq);
    if ('code' in found) return found;
    const meta = records.get(segmentMeta, segment.keyOf(found));
    if (meta === undefined) return refuse('segmentMetaMissing', shard_name, String(segment_seq));
    putSegmentMeta(records, { ...meta, start_timestamp: time });
    return undefined;
  },
});
