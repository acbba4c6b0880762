/**
 * What becomes of that which is marked as deleted. Brokers are told until they have deleted their part;
 * then it is swept, some records at a time, until nothing is left of it that nobody else refers to. That
 * it is gone they are told by the entry that takes it away: so that comes behind all that was told of it.
 */
import { CACHE_PUSHES } from '../../codec/robustmq/cache-pushes.ts';
import { shardStub } from '../../codec/robustmq/shard.ts';
import type { EngineShard } from '../../codec/robustmq/shard.ts';
import type { Topic } from '../../codec/robustmq/topic.ts';
import { string, struct, u32 } from '../../codec/layout/layout.ts';
import type { Infer } from '../../codec/layout/layout.ts';
import { plainOperation } from '../resources/operation.ts';
import { removeAt } from '../resources/records.ts';
import type { Push } from '../resources/push.ts';
import type { Records } from '../resources/resource.ts';
import { doomedSegment, doomedShard, doomedTopic } from './doomed.ts';
import { dropOffset, offset, OFFSET_KINDS, offsetUse } from './offset.ts';
import { removeSegment, segment, SEGMENT_KINDS, segmentMeta, shard } from './shard.ts';
import { isUsedByOthers, ownShards, shardUse, topic } from './topic.ts';

/** Marked things are named with what tells them from others that had their name. */
const TopicAt = struct('DoomedTopicAt', { tenant: string, topic_name: string, topic_id: string });
const ShardAt = struct('DoomedShardAt', { shard_name: string, shard_uid: string });
const SegmentAt = struct('DoomedSegmentAt', { shard_name: string, segment_seq: u32 });

function markedTopic(
  records: Pick<Records, 'get'>,
  { tenant, topic_name, topic_id }: Infer<typeof TopicAt>,
): Topic | undefined {
  const found = records.get(topic, [tenant, topic_name]);
  return found?.mark_delete === true && found.topic_id === topic_id ? found : undefined;
}

function markedShard(
  records: Pick<Records, 'get'>,
  { shard_name, shard_uid }: Infer<typeof ShardAt>,
): EngineShard | undefined {
  const found = records.get(shard, [shard_name]);
  return found?.status === 'PrepareDelete' && found.shard_uid === shard_uid ? found : undefined;
}

function markedSegment(
  records: Pick<Records, 'get'>,
  { shard_name, segment_seq }: Infer<typeof SegmentAt>,
) {
  const found = records.get(segment, [shard_name, String(segment_seq)]);
  return found?.status === 'PreDelete' ? found : undefined;
}

/** A broker that does not delete is told every few seconds: kept, that would push out what is gone. */
const AGAIN = { repeated: true } as const;

export const tellDoomedTopic = plainOperation({
  name: 'topic.tellDeleted',
  since: 4,
  does: 'tells brokers again of a topic that is marked as deleted, and of the shards that no other topic has',
  changes: [topic],
  tells: ['Shard/Delete', 'Topic/Delete'],
  args: TopicAt,
  apply: (records, at) => {
    const found = markedTopic(records, at);
    if (found === undefined) return undefined;
    for (const name of ownShards(records, found)) tellGone(records, name, AGAIN);
    records.tell(topic, found, 'Delete', AGAIN);
    return undefined;
  },
});

/** Of the shards of a topic v0.4.11 tells the names alone. */
function tellGone(records: Records, shard_name: string, how: Pick<Push, 'repeated'> = {}): void {
  const payload = CACHE_PUSHES.Shard.deleted.encode(shardStub(shard_name));
  records.push({ type: 'Shard', action: 'Delete', payload, ...how });
}

export const tellDoomedShard = plainOperation({
  name: 'shard.tellDeleted',
  since: 4,
  does: 'tells brokers to delete a shard that is marked',
  changes: [shard],
  tells: ['Shard/Delete'],
  args: ShardAt,
  apply: (records, at) => {
    const found = markedShard(records, at);
    if (found !== undefined) records.tell(shard, found, 'Delete', AGAIN);
    return undefined;
  },
});

export const tellDoomedSegment = plainOperation({
  name: 'segment.tellDeleted',
  since: 4,
  does: 'tells brokers to delete a segment that is marked',
  changes: [segment],
  tells: ['Segment/Delete'],
  args: SegmentAt,
  apply: (records, at) => {
    const found = markedSegment(records, at);
    if (found !== undefined) records.tell(segment, found, 'Delete', AGAIN);
    return undefined;
  },
});

/** The names of shards that go as a whole: marked themselves, or with the only topic that has them. */
export function doomedShards(records: Pick<Records, 'get' | 'list'>): ReadonlySet<string> {
  const names = new Set([...records.list(doomedShard, [])].map(({ shard_name }) => shard_name));
  for (const { tenant, topic_name } of records.list(doomedTopic, [])) {
    const found = records.get(topic, [tenant, topic_name]);
    for (const name of found === undefined ? [] : ownShards(records, found)) names.add(name);
  }
  return names;
}

/** Whether a shard, there or not, goes as a whole: marked itself, or with all topics that have it. */
export function isShardDoomed(records: Pick<Records, 'get' | 'list'>, shard_name: string): boolean {
  if (records.get(doomedShard, [shard_name]) !== undefined) return true;
  let isUsed = false;
  for (const { tenant, topic_name } of records.list(shardUse, [shard_name])) {
    if (records.get(doomedTopic, [tenant, topic_name]) === undefined) return false;
    isUsed = true;
  }
  return isUsed;
}

const SHARD_KINDS = [
  ...SEGMENT_KINDS,
  segmentMeta,
  shard,
  doomedShard,
  doomedSegment,
  ...OFFSET_KINDS,
];

export const sweepTopic = plainOperation({
  name: 'topic.sweep',
  since: 4,
  does: 'deletes what is left of a marked topic: its shards, unless another topic has them, offsets in them, and then itself',
  changes: [topic, doomedTopic, shardUse, ...SHARD_KINDS],
  tells: ['Shard/Delete', 'Topic/Delete'],
  args: struct('SweptTopic', { at: TopicAt, most: u32 }),
  apply: (records, { at, most }) => {
    const found = markedTopic(records, at);
    if (found === undefined) return undefined;
    const { tenant, topic_name } = found;
    const left = { records: most };
    const tell = ({ shard_name }: EngineShard): void => tellGone(records, shard_name);
    for (const shard_name of found.storage_name_list.values()) {
      const use = records.get(shardUse, [shard_name, tenant, topic_name]);
      if (use === undefined) continue;
      const isShared = isUsedByOthers(records, found, shard_name);
      if (!isShared && !sweepShardRecords(records, shard_name, left, tell)) return undefined;
      if (left.records <= 0) return undefined;
      records.remove(shardUse, use);
      left.records -= 1;
    }
    records.remove(topic, found);
    records.remove(doomedTopic, { tenant, topic_name });
    return undefined;
  },
});

export const sweepShard = plainOperation({
  name: 'shard.sweep',
  since: 4,
  does: 'deletes what is left of a marked shard, and offsets in it',
  changes: [...SHARD_KINDS],
  tells: ['Shard/Delete'],
  args: struct('SweptShard', { at: ShardAt, most: u32 }),
  apply: (records, { at, most }) => {
    const found = markedShard(records, at);
    if (found === undefined) return undefined;
    const left = { records: most };
    sweepShardRecords(records, found.shard_name, left, () => records.tell(shard, found, 'Delete'));
    return undefined;
  },
});

export const sweepSegment = plainOperation({
  name: 'segment.sweep',
  since: 4,
  does: 'deletes a marked segment',
  changes: [...SEGMENT_KINDS, segmentMeta, doomedSegment],
  tells: ['Segment/Delete'],
  args: SegmentAt,
  apply: (records, at) => {
    const found = markedSegment(records, at);
    if (found === undefined) return undefined;
    records.tell(segment, found, 'Delete');
    removeMarked(records, found);
    return undefined;
  },
});

function removeMarked(records: Records, gone: Infer<typeof segment.layout>): void {
  removeSegment(records, gone);
  removeAt(records, doomedSegment, segment.keyOf(gone));
}

/**
 * @param left how many records may still go. @param tell that the shard goes, if it is there.
 * @returns whether nothing is left of the shard.
 */
function sweepShardRecords(
  records: Records,
  name: string,
  left: { records: number },
  tell: (gone: EngineShard) => void,
): boolean {
  // As many are looked at as go: there may be a great many.
  for (const use of records.list(offsetUse, [name])) {
    if (left.records <= 0) return false;
    const saved = records.get(offset, [use.tenant, use.group, name]);
    if (saved !== undefined) dropOffset(records, saved);
    else records.remove(offsetUse, use);
    left.records -= 1;
  }
  for (const each of records.list(segment, [name])) {
    if (left.records <= 0) return false;
    removeMarked(records, each);
    left.records -= 1;
  }
  const gone = records.get(shard, [name]);
  if (gone !== undefined) {
    tell(gone);
    records.remove(shard, gone, 'silent');
  }
  removeAt(records, doomedShard, [name]);
  left.records -= 1;
  return true;
}
