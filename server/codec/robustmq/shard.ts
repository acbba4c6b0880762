/** A shard of the storage engine: one partition of a topic. */
import { bool, choice, option, string, struct, u32, u64 } from '../layout/layout.ts';
import type { Infer } from '../layout/layout.ts';
import { StorageType } from './storage-type.ts';

const EngineShardStatus = choice('EngineShardStatus', 'Run', 'PrepareDelete', 'Deleting');

export const EngineShardConfig = struct('EngineShardConfig', {
  replica_num: u32,
  storage_type: StorageType,
  max_segment_size: option(u64),
  max_record_num: option(u64),
  retention_sec: u64,
  min_in_sync_replicas: u32,
  is_inner_topic: bool,
});
export type EngineShardConfig = Infer<typeof EngineShardConfig>;

export const DEFAULT_ENGINE_SHARD_CONFIG: EngineShardConfig = {
  replica_num: 1,
  storage_type: 'EngineMemory',
  max_segment_size: 1n << 30n,
  max_record_num: undefined,
  retention_sec: 604_800n,
  min_in_sync_replicas: 1,
  is_inner_topic: false,
};

export const EngineShard = struct('EngineShard', {
  shard_uid: string,
  shard_name: string,
  topic_name: string,
  start_segment_seq: u32,
  active_segment_seq: u32,
  last_segment_seq: u32,
  status: EngineShardStatus,
  config: EngineShardConfig,
  desc: string,
  create_time: u64,
});
export type EngineShard = Infer<typeof EngineShard>;

/** What brokers are told of a shard that is deleted with its topic. */
export const shardStub = (shard_name: string): EngineShard => ({
  shard_uid: '',
  shard_name,
  topic_name: '',
  start_segment_seq: 0,
  active_segment_seq: 0,
  last_segment_seq: 0,
  status: 'Run',
  config: DEFAULT_ENGINE_SHARD_CONFIG,
  desc: '',
  create_time: 0n,
});
