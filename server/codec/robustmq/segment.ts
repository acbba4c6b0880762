/** A segment of a shard, with its replicas. */
import { choice, i64, list, string, struct, u32, u64 } from '../layout/layout.ts';
import type { Infer } from '../layout/layout.ts';

const Replica = struct('Replica', {
  replica_seq: u64,
  node_id: u64,
  fold: string,
});

const SegmentStatus = choice(
  'SegmentStatus',
  'Write',
  'PreSealUp',
  'SealUp',
  'PreDelete',
  'Deleting',
  'Unavailable',
);

export const EngineSegment = struct('EngineSegment', {
  shard_name: string,
  segment_seq: u32,
  /** The leader first. */
  replicas: list(Replica),
  isr: list(u64),
  last_known_isr: list(u64),
  leader_epoch: u32,
  leader: u64,
  segment_epoch: u32,
  leader_broker_epoch: u64,
  status: SegmentStatus,
});
export type EngineSegment = Infer<typeof EngineSegment>;

export const EngineSegmentMetadata = struct('EngineSegmentMetadata', {
  shard_name: string,
  segment_seq: u32,
  start_offset: i64,
  /** 0 while it is written to. */
  end_offset: i64,
  /** Unix time in seconds; -1 if there is none yet. */
  start_timestamp: i64,
  end_timestamp: i64,
});
export type EngineSegmentMetadata = Infer<typeof EngineSegmentMetadata>;
