import { DEFAULT_ENGINE_SHARD_CONFIG } from '../../../codec/robustmq/shard.ts';
import type { EngineShardConfig } from '../../../codec/robustmq/shard.ts';
import type { Topic } from '../../../codec/robustmq/topic.ts';
import { createShard } from '../../../state/registry/shard-creation.ts';
import { segment } from '../../../state/registry/shard.ts';
import { createTopic } from '../../../state/registry/topic.ts';
import type { Bench } from './bench.ts';

export function createShardOn(
  { change }: Pick<Bench, 'change'>,
  shard_name: string,
  config: Partial<EngineShardConfig> = {},
): void {
  change(createShard, {
    shard_uid: `uid ${shard_name}`,
    shard_name,
    topic_name: 't',
    config: { ...DEFAULT_ENGINE_SHARD_CONFIG, ...config },
    desc: '',
    create_time: 1n,
  });
}

export function createTopicWith(
  { change }: Pick<Bench, 'change'>,
  topic_name: string,
  shards: readonly string[],
): void {
  const created: Topic = {
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
  };
  change(createTopic, created);
}

export const segmentOf = ({ records }: Pick<Bench, 'records'>, shard_name: string) => {
  const found = records.get(segment, [shard_name, '0']);
  if (found === undefined) throw new Error(`no segment of ${shard_name}`);
  return found;
};
