/** EngineService: shards and segments of the storage engine. Its refusals have a status each. */
import type { DeleteSegmentRequest, EngineServiceServer } from '../../../proto/gen/meta/engine.ts';
import { updateIsr } from '../../state/registry/segment-isr.ts';
import {
  deleteSegments,
  deleteShard,
  sealSegment,
  startSegment,
} from '../../state/registry/shard-changes.ts';
import { createNextSegment, createShard } from '../../state/registry/shard-creation.ts';
import { segment, segmentMeta, shard } from '../../state/registry/shard.ts';
import { EngineShardConfig } from '../../codec/robustmq/shard.ts';
import { bincode } from '../../codec/layout/bincode.ts';
import type { Key } from '../../state/resources/key.ts';
import { accept, fail } from '../answer.ts';
import { invalid } from '../status-of.ts';
import { leading, stream } from './lists.ts';
import type { ServiceRows } from './row.ts';
import { answeringWrite, awaited, divided, read, write } from './writes.ts';

const shardConfig = bincode(EngineShardConfig);

/** Stands for all of them: 0 is the first. */
const ALL_SEGMENTS = -1;

const partsOf = (shardName: string, seq: number): Key =>
  seq === ALL_SEGMENTS ? leading(shardName) : [shardName, String(seq)];

type Named = DeleteSegmentRequest['segmentList'][number];

/** In the order in which they come first. */
const eachOnce = (all: readonly Named[]): readonly Named[] => [
  ...new Map(all.map((one) => [`${one.segment} ${one.shardName}`, one])).values(),
];

const missing = (field: string) => fail(invalid(`Request parameters [${field}] cannot be null`));

export const ENGINE: ServiceRows<EngineServiceServer> = {
  listShard: stream(shard, {
    by: ['boot'],
    pick: ({ shardName }) => ({ parts: leading(shardName) }),
    reply: (record) => ({ shard: record }),
  }),
  createShard: awaited(
    answeringWrite(createShard, {
      by: ['boot', 'clients', 'admin'],
      args: (request) => {
        if (request.shardName === '') return missing('shard_name');
        const config = read(shardConfig, request.shardConfig);
        if (!config.ok) return config;
        return accept(({ nowS, newId }) => ({
          shard_uid: newId(),
          shard_name: request.shardName,
          topic_name: request.topicName,
          config: config.value,
          desc: request.desc,
          create_time: nowS,
        }));
      },
      reply: ({ segment_seq: segmentNo, replicas: replica }) => ({ segmentNo, replica }),
    }),
  ),
  deleteShard: write(deleteShard, {
    by: ['clients', 'admin'],
    args: ({ shardName }) => accept(() => shardName),
  }),

  listSegment: stream(segment, {
    by: ['boot', 'engine'],
    pick: ({ shardName, segment: seq, filters }) =>
      filters.length > 0
        ? { keys: filters.map((one) => [one.shardName, String(one.segment)]) }
        : { parts: partsOf(shardName, seq) },
    reply: (record) => ({ segment: record }),
  }),
  createNextSegment: write(createNextSegment, {
    by: ['engine'],
    args: ({ shardName, currentSegment, currentSegmentEndOffset }) => {
      if (currentSegment < 0) return missing('current_segment');
      return accept(({ nowS }) => ({
        shard_name: shardName,
        current: currentSegment,
        end_offset: currentSegmentEndOffset,
        now: nowS,
      }));
    },
  }),
  // What is marked before one that cannot be stays marked, as brokers that ask again expect.
  deleteSegment: divided(
    write(deleteSegments, {
      by: ['engine'],
      args: ({ segmentList }: DeleteSegmentRequest) =>
        accept(() =>
          segmentList.map((one) => ({ shard_name: one.shardName, segment_seq: one.segment })),
        ),
    }),
    (request) =>
      request.segmentList.length > 1
        ? eachOnce(request.segmentList).map((one) => ({ segmentList: [one] }))
        : [request],
    () => ({}),
  ),
  sealUpSegment: write(sealSegment, {
    by: ['engine'],
    args: ({ shardName, segment: seq, endTimestamp }) =>
      accept(() => ({ shard_name: shardName, segment_seq: seq, time: signed(endTimestamp) })),
  }),
  updateSegmentIsr: awaited(
    answeringWrite(updateIsr, {
      by: ['engine'],
      args: (request) =>
        accept(() => ({
          shard_name: request.shardName,
          segment_seq: request.segment,
          isr: request.newIsr,
          requester: request.requesterNodeId,
          requester_epoch: request.requesterBrokerEpoch,
          leader_epoch: request.expectedLeaderEpoch,
          segment_epoch: request.expectedSegmentEpoch,
        })),
      reply: (newSegmentEpoch) => ({ newSegmentEpoch }),
    }),
  ),

  listSegmentMeta: stream(segmentMeta, {
    by: ['boot'],
    pick: ({ shardName, segment: seq }) => ({ parts: partsOf(shardName, seq) }),
    reply: (record) => ({ segmentMeta: record }),
  }),
  updateStartTimeBySegmentMeta: write(startSegment, {
    by: ['engine'],
    args: ({ shardName, segment: seq, startTimestamp }) =>
      accept(() => ({ shard_name: shardName, segment_seq: seq, time: signed(startTimestamp) })),
  }),
};

/** Requests count seconds without a sign, records with one. */
const signed = (seconds: bigint): bigint => BigInt.asIntN(64, seconds);
