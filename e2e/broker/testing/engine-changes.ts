/**
 * Changes of shards, of their segments, and of the partitions of topics. Each is of something that is
 * there when it is chosen, or hardly any would be carried out; when it arrives that may have changed.
 */
import { randomInt } from 'node:crypto';
import { EngineServiceService as Engine } from '../../../proto/gen/meta/engine.ts';
import { MqttServiceService as Mqtt } from '../../../proto/gen/meta/mqtt.ts';
import { bincode } from '../../../server/codec/layout/bincode.ts';
import { EngineSegment } from '../../../server/codec/robustmq/segment.ts';
import {
  DEFAULT_ENGINE_SHARD_CONFIG,
  EngineShard,
  EngineShardConfig,
} from '../../../server/codec/robustmq/shard.ts';
import { Topic } from '../../../server/codec/robustmq/topic.ts';
import type { Attempt } from '../attempt.ts';
import { readReply, type Rpc } from '../boot-action.ts';
import { call, type Call } from './stored-kinds.ts';

export type Ask = (rpc: string, request: Buffer) => Promise<Attempt>;

/** Undefined: there is nothing that it could change. @param value another one each time, and more. */
export type Change = (value: bigint, ask: Ask) => Promise<Call | undefined>;

const shardCodec = bincode(EngineShard);
const segmentCodec = bincode(EngineSegment);
const configCodec = bincode(EngineShardConfig);
const topicCodec = bincode(Topic);

/** Not those that brokers themselves need. */
const OURS = /^s\d+$/;
/** Segments of any number. */
const ANY = -1;

/** What is listed; nothing while nobody answers. */
async function listed<Request, Reply>(
  ask: Ask,
  rpc: Rpc<Request, Reply>,
  request: Request,
): Promise<readonly Reply[]> {
  const outcome = await ask(rpc.path, rpc.requestSerialize(request));
  return outcome.kind === 'reply' ? readReply(rpc, outcome.messages) : [];
}

const pick = <Value>(all: readonly Value[]): Value | undefined =>
  all.length === 0 ? undefined : all[randomInt(all.length)];

async function anyShard(ask: Ask): Promise<EngineShard | undefined> {
  const replies = await listed(ask, Engine.listShard, { shardName: '' });
  const shards = replies.map(({ shard }) => shardCodec.decode(shard));
  return pick(shards.filter(({ shard_name }) => OURS.test(shard_name)));
}

async function anySegment(
  ask: Ask,
  status?: EngineSegment['status'],
): Promise<EngineSegment | undefined> {
  const all = { shardName: '', segment: ANY, filters: [] };
  const replies = await listed(ask, Engine.listSegment, all);
  const segments = replies.map(({ segment }) => segmentCodec.decode(segment));
  return pick(
    segments.filter(
      (each) => OURS.test(each.shard_name) && (status === undefined || each.status === status),
    ),
  );
}

/** Another one, or one that is there. */
const createShard: Change = async (value, ask) => {
  const known = value % 3n === 0n ? await anyShard(ask) : undefined;
  const shardConfig = configCodec.encode({
    ...{ ...DEFAULT_ENGINE_SHARD_CONFIG, replica_num: 2 },
    storage_type: value % 2n === 0n ? 'EngineSegment' : 'EngineRocksDB',
  });
  return call(Engine.createShard, {
    ...{ shardName: known?.shard_name ?? `s${value}`, topicName: 't', desc: String(value) },
    shardConfig: Buffer.from(shardConfig),
  });
};

const deleteShard: Change = async (_value, ask) => {
  const shard = await anyShard(ask);
  return shard && call(Engine.deleteShard, { shardName: shard.shard_name });
};

const createNextSegment: Change = async (value, ask) => {
  const shard = await anyShard(ask);
  if (shard === undefined) return undefined;
  return call(Engine.createNextSegment, {
    ...{ shardName: shard.shard_name, currentSegment: shard.active_segment_seq },
    currentSegmentEndOffset: value,
  });
};

const sealUpSegment: Change = async (value, ask) => {
  const segment = await anySegment(ask, 'Write');
  return segment && call(Engine.sealUpSegment, { ...nameOf(segment), endTimestamp: value });
};

const deleteSegment: Change = async (_value, ask) => {
  const segment = await anySegment(ask, 'SealUp');
  return segment && call(Engine.deleteSegment, { segmentList: [nameOf(segment)] });
};

const updateStartTime: Change = async (value, ask) => {
  const segment = await anySegment(ask);
  return (
    segment &&
    call(Engine.updateStartTimeBySegmentMeta, { ...nameOf(segment), startTimestamp: value })
  );
};

/** As the leader of a segment, for all or none of its followers. */
const updateIsr: Change = async (value, ask) => {
  const segment = await anySegment(ask);
  if (segment === undefined) return undefined;
  const { leader, replicas, leader_epoch, segment_epoch, leader_broker_epoch } = segment;
  const followers = replicas.map(({ node_id }) => node_id).filter((id) => id !== leader);
  return call(Engine.updateSegmentIsr, {
    ...nameOf(segment),
    newIsr: [leader, ...(value % 2n === 0n ? followers : [])],
    ...{ requesterNodeId: leader, requesterBrokerEpoch: leader_broker_epoch },
    ...{ expectedLeaderEpoch: leader_epoch, expectedSegmentEpoch: segment_epoch },
  });
};

const nameOf = ({ shard_name, segment_seq }: EngineSegment) => ({
  ...{ shardName: shard_name, segment: segment_seq },
});

/** Of topics of clients, which have as many as they were given. */
const growTopic: Change = async (_value, ask) => {
  const replies = await listed(ask, Mqtt.listTopic, { tenant: '', topicName: '' });
  const topics = replies.map(({ topic }) => topicCodec.decode(topic));
  const topic = pick(topics.filter(({ source }) => source === 'MQTT'));
  if (topic === undefined) return undefined;
  const { tenant, topic_name: topicName, partition } = topic;
  return call(Mqtt.updateTopicPartitions, { tenant, topicName, partition: partition + 1 });
};

export const ENGINE_CHANGES: readonly Change[] = [
  // More is made than is deleted.
  ...[createShard, createShard, deleteShard],
  ...[createNextSegment, sealUpSegment, deleteSegment, updateStartTime],
  ...[updateIsr, updateIsr, growTopic],
];
