/** How shards and segments come into being. */
import { i64, list, string, struct, u32, u64 } from '../../codec/layout/layout.ts';
import type { EngineSegment, EngineSegmentMetadata } from '../../codec/robustmq/segment.ts';
import { EngineShardConfig } from '../../codec/robustmq/shard.ts';
import type { EngineShard } from '../../codec/robustmq/shard.ts';
import { operation, plainOperation } from '../resources/operation.ts';
import { refuse } from '../resources/refusal.ts';
import type { Refusal } from '../resources/refusal.ts';
import type { Records } from '../resources/resource.ts';
import { isShardDoomed } from './deletion.ts';
import { checkNodes, placeSegment } from './placement.ts';
import {
  NOT_ENDED,
  putSegment,
  putSegmentMeta,
  segment,
  SEGMENT_KINDS,
  segmentMeta,
  shard,
} from './shard.ts';

const NewShard = struct('NewShard', {
  shard_uid: string,
  shard_name: string,
  topic_name: string,
  config: EngineShardConfig,
  desc: string,
  create_time: u64,
});

const ShardCreated = struct('ShardCreated', { segment_seq: u32, replicas: list(u64) });

export const createShard = operation({
  name: 'shard.create',
  does: 'creates a shard and its first segment; of those that are there brokers are told again, for the caller waits to be told; refused while the shard is being deleted',
  changes: [shard, segmentMeta, ...SEGMENT_KINDS],
  tells: ['Shard/Create', 'Segment/Create', 'SegmentMeta/Create'],
  args: NewShard,
  result: ShardCreated,
  apply: (records, created) => {
    const tooFew = checkNodes(records, created.config, 'CreateShard');
    if (tooFew !== undefined) return tooFew;
    // Who is told that it is there would write what is deleted a moment later.
    if (isShardDoomed(records, created.shard_name)) {
      return refuse('shardDoomed', created.shard_name);
    }
    const before = records.get(shard, [created.shard_name]);
    const found = before === undefined ? begin(records, created) : tellAgain(records, before);
    if ('code' in found) return found;
    const { segment_seq, replicas } = found;
    return { result: { segment_seq, replicas: replicas.map(({ node_id }) => node_id) } };
  },
});

function begin(
  records: Records,
  created: Pick<
    EngineShard,
    'config' | 'create_time' | 'desc' | 'shard_name' | 'shard_uid' | 'topic_name'
  >,
): EngineSegment | Refusal {
  const begun: EngineShard = {
    ...created,
    start_segment_seq: 0,
    active_segment_seq: 0,
    last_segment_seq: 0,
    status: 'Run',
  };
  const placed = placeSegment(records, begun, 0);
  if ('code' in placed) return placed;
  // Brokers take no segment of a shard that they do not know.
  records.put(shard, begun);
  openSegment(records, begun, placed, 0n);
  return placed;
}

/** The first segment that is left, and stays: one that was deleted does not come back. */
function tellAgain(records: Records, known: EngineShard): EngineSegment | Refusal {
  const first = firstOf(records, known);
  if (first === undefined) return refuse('segmentMissing', known.shard_name, '0');
  records.tell(shard, known);
  records.tell(segment, first);
  const meta = records.get(segmentMeta, segment.keyOf(first));
  if (meta !== undefined) records.tell(segmentMeta, meta);
  return first;
}

/** By its number: in the order of keys, which are texts, 10 comes before 2. */
function firstOf(
  records: Pick<Records, 'list'>,
  { shard_name }: EngineShard,
): EngineSegment | undefined {
  let first: EngineSegment | undefined;
  for (const each of records.list(segment, [shard_name])) {
    if (each.status === 'PreDelete') continue;
    if (first === undefined || each.segment_seq < first.segment_seq) first = each;
  }
  return first;
}

function openSegment(
  records: Records,
  { config }: EngineShard,
  opened: EngineSegment,
  start_offset: bigint,
): void {
  putSegment(records, opened);
  if (config.storage_type !== 'EngineSegment') return;
  const { shard_name, segment_seq } = opened;
  putSegmentMeta(records, {
    shard_name,
    segment_seq,
    start_offset,
    end_offset: 0n,
    start_timestamp: -1n,
    end_timestamp: NOT_ENDED,
  });
}

const NextSegment = struct('NextSegment', {
  shard_name: string,
  /** The one that is full. */
  current: u32,
  end_offset: i64,
  /** Unix seconds. */
  now: i64,
});

export const createNextSegment = plainOperation({
  name: 'shard.nextSegment',
  does: 'seals the active segment of a shard and opens the next, all at once; repeated, it is done',
  changes: [segmentMeta, shard, ...SEGMENT_KINDS],
  tells: ['Segment/Create', 'SegmentMeta/Create', 'Shard/Create'],
  args: NextSegment,
  apply: (records, { shard_name, current, end_offset, now }) => {
    const before = records.get(shard, [shard_name]);
    // Brokers would take one that goes for one that was created.
    if (before === undefined || isShardDoomed(records, shard_name)) {
      return refuse('shardMissing', shard_name);
    }
    const { active_segment_seq: active, config } = before;
    const key = [shard_name, String(current)];
    const meta = records.get(segmentMeta, key);
    if (active === current + 1 && meta?.end_offset === end_offset) return undefined;
    if (active !== current) return refuse('notActive', `${current}`, shard_name, `${active}`);
    const tooFew = checkNodes(records, config, 'CreateSegment');
    if (tooFew !== undefined) return tooFew;
    const placed = placeSegment(records, before, current + 1);
    if ('code' in placed) return placed;
    openSegment(records, before, placed, BigInt.asIntN(64, end_offset + 1n));
    const next = placed.segment_seq;
    records.put(shard, { ...before, active_segment_seq: next, last_segment_seq: next });
    close(records, records.get(segment, key), meta && { ...meta, end_offset }, now);
    return undefined;
  },
});

/** Brokers learn where it ends, that it is sealed, and when that was. */
function close(
  records: Records,
  full: EngineSegment | undefined,
  meta: EngineSegmentMetadata | undefined,
  end_timestamp: bigint,
): void {
  if (meta !== undefined) putSegmentMeta(records, meta);
  if (full?.status !== 'Write') return;
  putSegment(records, { ...full, status: 'SealUp' });
  if (meta !== undefined) putSegmentMeta(records, { ...meta, end_timestamp });
}
