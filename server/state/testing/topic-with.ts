import type { Topic } from '../../codec/robustmq/topic.ts';

/** A topic of tenant `t` whose partitions are in these shards. */
export const topicWith = (
  topic_name: string,
  shards: readonly string[],
  rest: Partial<Topic> = {},
): Topic => ({
  topic_id: `id ${topic_name}`,
  tenant: 't',
  topic_name,
  storage_type: 'EngineMemory',
  source: 'MQTT',
  partition: shards.length,
  replication: 1,
  storage_name_list: new Map(shards.entries()),
  config: { max_segment_size: undefined, max_record_num: undefined, retention_sec: 1n },
  mark_delete: false,
  create_time: 1n,
  ...rest,
});
