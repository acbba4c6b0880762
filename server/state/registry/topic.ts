/** Topics of all protocols. A topic that is deleted stays, marked, until its shards are gone from all brokers. */
import { string, struct, u32 } from '../../codec/layout/layout.ts';
import { Topic } from '../../codec/robustmq/topic.ts';
import { plainOperation } from '../resources/operation.ts';
import { tell } from '../resources/push.ts';
import { refuse } from '../resources/refusal.ts';
import { resource } from '../resources/resource.ts';
import type { Records } from '../resources/resource.ts';
import { doomedTopic } from './doomed.ts';

export const topic = resource({
  table: 'topic',
  layout: Topic,
  key: ['tenant', 'topic_name'],
  told: tell('Topic', { hides: ({ mark_delete }) => mark_delete }),
});

/** Which topics have a shard: inner shards belong to many. */
export const shardUse = resource({
  table: 'shardUse',
  layout: struct('ShardUse', { shard_name: string, tenant: string, topic_name: string }),
  key: ['shard_name', 'tenant', 'topic_name'],
});

function putTopic(records: Records, after: Topic): void {
  records.put(topic, after);
  const { tenant, topic_name } = after;
  for (const shard_name of after.storage_name_list.values()) {
    records.put(shardUse, { shard_name, tenant, topic_name });
  }
}

export function isUsedByOthers(
  records: Pick<Records, 'list'>,
  { tenant, topic_name }: Topic,
  shard_name: string,
): boolean {
  for (const use of records.list(shardUse, [shard_name])) {
    if (use.tenant !== tenant || use.topic_name !== topic_name) return true;
  }
  return false;
}

/** The shards of a topic that no other one has. */
export const ownShards = (records: Pick<Records, 'list'>, of: Topic): readonly string[] =>
  [...new Set(of.storage_name_list.values())].filter((name) => !isUsedByOthers(records, of, name));

export const createTopic = plainOperation({
  name: 'topic.create',
  does: 'creates a topic; of one that is there brokers are told again, for the caller waits to be told',
  changes: [topic, shardUse],
  tells: ['Topic/Create'],
  args: Topic,
  apply: (records, created) => {
    const before = records.get(topic, topic.keyOf(created));
    if (before === undefined) putTopic(records, created);
    else if (!before.mark_delete) records.tell(topic, before);
    return undefined;
  },
});

const TopicName = struct('TopicName', { tenant: string, topic_name: string });

export const deleteTopic = plainOperation({
  name: 'topic.markDeleted',
  does: 'marks a topic; once marked, it is done',
  changes: [topic, doomedTopic],
  tells: ['Topic/Delete'],
  args: TopicName,
  apply: (records, { tenant, topic_name }) => {
    const before = records.get(topic, [tenant, topic_name]);
    if (before === undefined) return refuse('topicMissing', tenant, topic_name);
    // One that was created with the mark is stored as it was sent, but nobody sees to it yet.
    if (records.get(doomedTopic, [tenant, topic_name]) !== undefined) return undefined;
    records.tell(topic, before, 'Delete');
    records.put(topic, { ...before, mark_delete: true }, 'silent');
    records.put(doomedTopic, { tenant, topic_name });
    return undefined;
  },
});

const utf8 = new TextEncoder();
const byteLength = (text: string): number => utf8.encode(text).length;

/** Each takes room in the record of the topic, and a shard. */
const PARTITIONS_MAX = 10_000;
/** As much may all of a topic take in one entry, in bytes … */
const PARTITIONS_BYTES_MAX = 8 << 20;
/** … of which each takes this beside its names. */
const PARTITION_BYTES = 64;

/**
 * How many partitions a topic may have. Each repeats its names, which may be long: a few bytes that ask
 * for many would be more than a member has memory for.
 *
 * @param repeated what the name of each shard repeats of the topic, if it does.
 */
export function partitionsMax(
  { tenant, topic_name }: Pick<Topic, 'tenant' | 'topic_name'>,
  repeated = '',
): number {
  // In the key of its use and in what is stored there; and in the record of the topic.
  const namesBytes = 2 * (byteLength(tenant) + byteLength(topic_name)) + 3 * byteLength(repeated);
  return Math.min(
    PARTITIONS_MAX,
    Math.floor(PARTITIONS_BYTES_MAX / (PARTITION_BYTES + namesBytes)),
  );
}

const PartitionCount = struct('PartitionCount', {
  tenant: string,
  topic_name: string,
  partition: u32,
});

export const growTopic = plainOperation({
  name: 'topic.grow',
  does: 'gives a topic more partitions; those that there are keep their shards',
  changes: [topic, shardUse],
  tells: ['Topic/Create'],
  args: PartitionCount,
  apply: (records, { tenant, topic_name, partition }) => {
    const before = records.get(topic, [tenant, topic_name]);
    // Brokers would take one that goes for one that was created.
    if (before === undefined || before.mark_delete) {
      return refuse('topicMissing', tenant, topic_name);
    }
    if (partition <= before.partition) {
      return refuse('partitionsNotMore', topic_name, String(partition), String(before.partition));
    }
    const most = partitionsMax(before, before.topic_id);
    if (partition > most) {
      return refuse('partitionsTooMany', topic_name, String(partition), String(most));
    }
    const shards = new Map(before.storage_name_list);
    for (let each = 0; each < partition; each += 1) {
      if (!shards.has(each)) shards.set(each, `${before.topic_id}-${each}`);
    }
    putTopic(records, { ...before, partition, storage_name_list: shards });
    return undefined;
  },
});
