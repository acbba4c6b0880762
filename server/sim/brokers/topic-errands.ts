/** What a simulated broker has the cluster do for topics, and for the segments that it leads. */
import { DEFAULT_ENGINE_SHARD_CONFIG } from '../../codec/robustmq/shard.ts';
import type { Topic } from '../../codec/robustmq/topic.ts';
import { saveOffsets } from '../../state/registry/offset.ts';
import { updateIsr } from '../../state/registry/segment-isr.ts';
import { deleteShard } from '../../state/registry/shard-changes.ts';
import { createShard } from '../../state/registry/shard-creation.ts';
import { segment } from '../../state/registry/shard.ts';
import { createTopic, deleteTopic } from '../../state/registry/topic.ts';
import { viewRecords } from '../../state/resources/records.ts';
import { running } from '../world/world.ts';
import type { Cluster } from './cluster.ts';
import { TENANT } from './options.ts';
import type { ErrandsOf } from './errands.ts';

const INNER_SHARD = 'inner';
/** So that what is kept for brokers stays small. */
const TOPICS_MAX = 2;

const nothing = (): void => undefined;

/** Makes a topic, if there are few. */
export function addTopic({ cluster, id, prng, topics, newName }: ErrandsOf): void {
  if (topics.length >= TOPICS_MAX) return;
  const topic_name = newName('t');
  const shards = [`${topic_name}-0`, ...(prng.chance(0.4) ? [INNER_SHARD] : [])];
  topics.push(topic_name);
  cluster.change(createTopic, topicOf(topic_name, shards), nothing);
  for (const shard_name of shards) {
    addShard(cluster, { shard_uid: `${topic_name} ${shard_name}`, shard_name, topic_name });
    const saved = { tenant: TENANT, group: `g${id}`, shard_name, topic: topic_name, partition: 0 };
    cluster.change(saveOffsets, [{ ...saved, offset: 1n, expected: undefined }], nothing);
  }
}

function addShard(
  cluster: Cluster,
  named: Readonly<Record<'shard_name' | 'shard_uid' | 'topic_name', string>>,
): void {
  const kind = { replica_num: 2, storage_type: 'EngineSegment' } as const;
  const config = { ...DEFAULT_ENGINE_SHARD_CONFIG, ...kind };
  cluster.change(createShard, { ...named, config, desc: '', create_time: 1n }, nothing);
}

/** Deletes the shard of a topic that stays, or makes it again: brokers do when they miss one. */
export function replaceShard({ cluster, prng, topics, newName }: ErrandsOf): void {
  if (topics.length === 0) return;
  const topic_name = prng.pick(topics);
  const shard_name = `${topic_name}-0`;
  if (prng.chance(0.4)) cluster.change(deleteShard, shard_name, nothing);
  else addShard(cluster, { shard_uid: newName('u'), shard_name, topic_name });
}

const topicOf = (topic_name: string, shards: readonly string[]): Topic => ({
  topic_id: topic_name,
  tenant: TENANT,
  topic_name,
  storage_type: 'EngineSegment',
  source: 'MQTT',
  partition: shards.length,
  replication: 2,
  storage_name_list: new Map(shards.entries()),
  config: { max_segment_size: undefined, max_record_num: undefined, retention_sec: 1n },
  mark_delete: false,
  create_time: 1n,
});

/** Deletes the oldest topic. */
export function dropTopic({ cluster, topics }: ErrandsOf): void {
  const topic_name = topics.shift();
  if (topic_name === undefined) return;
  cluster.change(deleteTopic, { tenant: TENANT, topic_name }, nothing);
}

/** Says of a segment that it leads who is in sync, as it sees that: in a state that may be old. */
export function reportIsr({ cluster, id, prng, epoch }: ErrandsOf): void {
  const led = segmentsLedBy(cluster, BigInt(id));
  if (led.length === 0) return;
  const { shard_name, segment_seq, replicas, leader_epoch, segment_epoch } = prng.pick(led);
  const others = replicas.map(({ node_id }) => node_id).filter((node) => node !== BigInt(id));
  const isr = [BigInt(id), ...others.filter((node) => cluster.isAlive(Number(node)))];
  const requester = { requester: BigInt(id), requester_epoch: epoch() };
  const update = { shard_name, segment_seq, isr, leader_epoch, segment_epoch, ...requester };
  cluster.change(updateIsr, update, nothing);
}

function segmentsLedBy({ world }: Cluster, id: bigint) {
  const seen = running(world).find(({ node }) => node.status().phase === 'running');
  if (seen === undefined) return [];
  const { row, range } = seen.node;
  return [...viewRecords(row, range).list(segment, [])].filter(({ leader }) => leader === id);
}
