/** Topics that a broker itself needs, and how it makes them. */
import { bincode } from '../../server/codec/layout/bincode.ts';
import { EngineShardConfig } from '../../server/codec/robustmq/shard.ts';
import { Topic } from '../../server/codec/robustmq/topic.ts';
import { EngineServiceService as Engine } from '../../proto/gen/meta/engine.ts';
import { MqttServiceService as Mqtt } from '../../proto/gen/meta/mqtt.ts';
import { callOne, type Boot } from './boot-action.ts';
import type { BootSettings } from './boot-settings.ts';
import { cached, type Caches } from './caches.ts';
import { keyText } from './resource.ts';

export const TENANT = 'default';

/** Made one after another before a broker listens to clients. */
export const INNER_TOPICS = [
  '$retain-message',
  '$last-will-message',
  '$delay-task-index',
  '$delay-queue-message',
  '$delay-queue-index',
  '$agent-report-info',
  '$sys/qos2-inner-topic',
] as const;

/** Made as soon as it runs. */
export const EVENTS_TOPIC = '$SYS/events';

/** Made when it reports on itself for the first time. */
export const REPORT_TOPICS = [
  '$SYS/brokers',
  '$SYS/brokers/info',
  '$SYS/brokers/stats/connections',
  '$SYS/brokers/stats/subscriptions',
  '$SYS/brokers/stats/topics',
  '$SYS/brokers/metrics/bytes',
  '$SYS/brokers/metrics/packets',
  '$SYS/brokers/metrics/messages',
  '$SYS/brokers/stats/routes',
] as const;

const TOPIC_LIMIT_MS = 5_000;
const SHARD_LIMIT_MS = 10_000;
const RETENTION_S = 604_800n;

/** How much is kept of what is in a topic. */
export const INNER_CONFIG: Topic['config'] = {
  max_segment_size: 1n << 30n,
  max_record_num: undefined,
  retention_sec: RETENTION_S,
};
export const SYSTEM_CONFIG: Topic['config'] = {
  max_segment_size: undefined,
  max_record_num: 1_000n,
  retention_sec: RETENTION_S,
};

const topicCodec = bincode(Topic);
const shardConfigCodec = bincode(EngineShardConfig);

/** Makes a topic unless it is cached, and those of its shards that are not. */
export function* ensureTopic(
  settings: BootSettings,
  caches: () => Caches,
  name: string,
  config: Topic['config'],
): Boot {
  if (topicNamed(caches(), name) === undefined) yield* createTopic(settings, name, config);
  const topic = topicNamed(caches(), name);
  if (topic === undefined) return;
  for (const shard of topic.storage_name_list.values()) {
    if (!isPlaced(caches(), topic, shard)) yield* createShard(topic, shard);
  }
}

const topicNamed = (caches: Caches, name: string): Topic | undefined =>
  cached(caches, 'Topic').find(({ topic_name }) => topic_name === name);

function* createTopic(settings: BootSettings, name: string, config: Topic['config']): Boot {
  const { newId, nowS, partitions, innerReplicas } = settings;
  const topic_id = newId();
  const numbers = Array.from({ length: partitions }, (_, number) => number);
  const content = topicCodec.encode({
    topic_id,
    tenant: TENANT,
    topic_name: name,
    storage_type: 'EngineRocksDB',
    source: 'SystemInner',
    partition: partitions,
    replication: innerReplicas,
    storage_name_list: new Map(numbers.map((number) => [number, `${topic_id}-${number}`])),
    config,
    mark_delete: false,
    create_time: nowS(),
  });
  yield* callOne(Mqtt.createTopic, {
    tenant: TENANT,
    topicName: name,
    content: Buffer.from(content),
  });
  yield {
    kind: 'await push',
    what: `topic ${name}`,
    limitMs: TOPIC_LIMIT_MS,
    holds: (caches) => topicNamed(caches, name) !== undefined,
  };
}

function* createShard(topic: Topic, shardName: string): Boot {
  const { topic_name: topicName, storage_type, source, replication, config } = topic;
  const shardConfig = shardConfigCodec.encode({
    replica_num: replication,
    storage_type,
    ...config,
    min_in_sync_replicas: 1,
    is_inner_topic: source === 'SystemInner',
  });
  yield* callOne(Engine.createShard, {
    shardName,
    shardConfig: Buffer.from(shardConfig),
    desc: `topic name:${topicName}`,
    topicName,
  });
  yield {
    kind: 'await push',
    what: `shard ${shardName} of ${topicName}`,
    limitMs: SHARD_LIMIT_MS,
    holds: (caches) => isPlaced(caches, topic, shardName),
  };
}

/** The shard and its first segment are cached, with that one's offsets if it has a file. */
function isPlaced({ rows }: Caches, { storage_type }: Topic, shard: string): boolean {
  const first = keyText([shard, 0]);
  return (
    rows.Shard.has(keyText([shard])) &&
    rows.Segment.has(first) &&
    (storage_type !== 'EngineSegment' || rows.SegmentMeta.has(first))
  );
}
