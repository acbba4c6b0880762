/** Topics of any protocol. Times are Unix seconds. */
import { bool, choice, map, option, string, struct, u32, u64 } from '../layout/layout.ts';
import type { Infer } from '../layout/layout.ts';
import { StorageType } from './storage-type.ts';

const TopicSource = choice('TopicSource', 'SystemInner', 'MQTT', 'NATS', 'MQ9', 'Kafka', 'AMQP');

const TopicConfig = struct('TopicConfig', {
  max_segment_size: option(u64),
  max_record_num: option(u64),
  retention_sec: u64,
});

export const Topic = struct('Topic', {
  topic_id: string,
  tenant: string,
  topic_name: string,
  storage_type: StorageType,
  source: TopicSource,
  partition: u32,
  replication: u32,
  /** Shards by partition, usually `<topic_id>-<partition>`. */
  storage_name_list: map(u32, string),
  config: TopicConfig,
  /** It is being deleted. */
  mark_delete: bool,
  create_time: u64,
});
export type Topic = Infer<typeof Topic>;
