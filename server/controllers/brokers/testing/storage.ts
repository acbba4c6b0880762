import { DEFAULT_ENGINE_SHARD_CONFIG } from '../../../codec/robustmq/shard.ts';
import type { EngineShardConfig } from '../../../codec/robustmq/shard.ts';
import { createShard } from '../../../state/registry/shard-creation.ts';
import { segment } from '../../../state/registry/shard.ts';
import { createTopic } from '../../../state/registry/topic.ts';
import { topicWith } from '../../../state/testing/topic-with.ts';
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

export const createTopicWith = (
  { change }: Pick<Bench, 'change'>,
  topic_name: string,
  shards: readonly string[],
): void => void change(createTopic, topicWith(topic_name, shards));

export const segmentOf = ({ records }: Pick<Bench, 'records'>, shard_name: string) => {
  const found = records.get(segment, [shard_name, '0']);
  if (found === undefined) throw new Error(`no segment of ${shard_name}`);
  return found;
};
