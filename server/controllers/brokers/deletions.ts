/**
 * What is marked as deleted goes once brokers have deleted their part of it. They are asked, and told
 * again while one says that it has not; who cannot be asked holds it up until it is given up itself.
 */
import type { Infer } from '../../codec/layout/layout.ts';
import type { BrokerNode } from '../../codec/robustmq/node.ts';
import {
  sweepSegment,
  sweepShard,
  sweepTopic,
  tellDoomedSegment,
  tellDoomedShard,
  tellDoomedTopic,
} from '../../state/registry/deletion.ts';
import { doomedSegment, doomedShard, doomedTopic } from '../../state/registry/doomed.ts';
import { nodesById } from '../../state/registry/node.ts';
import { segment, shard } from '../../state/registry/shard.ts';
import { ownShards, topic } from '../../state/registry/topic.ts';
import { createDoomedTurns } from './doomed-turns.ts';
import type { DoomedTurnsParts } from './doomed-turns.ts';
import { propose } from './duty.ts';
import type { Duty, Moment } from './duty.ts';

export interface DeletionOptions {
  /** Between two rounds of questions about one thing. */
  readonly roundMs: number;
}

/** As many records in one entry of the log. */
const SWEPT_MAX = 500;

export function createDeletions({ roundMs }: DeletionOptions): Duty {
  const kinds = [
    createDoomedTurns({ ...TOPICS, roundMs }),
    createDoomedTurns({ ...SHARDS, roundMs }),
    createDoomedTurns({ ...SEGMENTS, roundMs }),
  ];
  return {
    look: (moment) => kinds.flatMap(({ look }) => look(moment)),
    answered: (name, answer) => {
      for (const { answered } of kinds) answered(name, answer);
    },
  };
}

type Kind<Mark> = Omit<DoomedTurnsParts<Mark>, 'roundMs'>;

const TOPICS: Kind<Infer<typeof doomedTopic.layout>> = {
  marks: doomedTopic,
  doomedOf: ({ records }, mark) => {
    const found = records.get(topic, doomedTopic.keyOf(mark));
    if (found?.mark_delete !== true) return undefined;
    const at = { ...mark, topic_id: found.topic_id };
    const name = `topic ${found.topic_id}`;
    return {
      name,
      items: () => ownShards(records, found).map((shardName) => ({ shardName })),
      // Each has it in its cache.
      brokers: () => nodesById(records),
      tell: propose(name, tellDoomedTopic, at),
      sweep: propose(name, sweepTopic, { at, most: SWEPT_MAX }),
    };
  },
};

const SHARDS: Kind<Infer<typeof doomedShard.layout>> = {
  marks: doomedShard,
  doomedOf: (moment, { shard_name }) => {
    const { records } = moment;
    const found = records.get(shard, [shard_name]);
    if (found?.status !== 'PrepareDelete') return undefined;
    const at = { shard_name, shard_uid: found.shard_uid };
    const name = `shard ${found.shard_uid}`;
    const segments = () => [...records.list(segment, [shard_name])];
    return {
      name,
      items: () => (segments().length === 0 ? [] : [{ shardName: shard_name }]),
      // Nobody has anything of one without segments, but it may be in all caches.
      brokers: () => (segments().length === 0 ? nodesById(records) : holders(moment, segments())),
      tell: propose(name, tellDoomedShard, at),
      sweep: propose(name, sweepShard, { at, most: SWEPT_MAX }),
    };
  },
};

const SEGMENTS: Kind<Infer<typeof doomedSegment.layout>> = {
  marks: doomedSegment,
  doomedOf: (moment, at) => {
    const found = moment.records.get(segment, doomedSegment.keyOf(at));
    if (found?.status !== 'PreDelete') return undefined;
    const { shard_name: shardName, segment_seq: segmentSeq } = at;
    const name = `segment ${shardName} ${segmentSeq}`;
    return {
      name,
      items: () => [{ shardName, segmentSeq }],
      brokers: () => holders(moment, [found]),
      tell: propose(name, tellDoomedSegment, at),
      sweep: propose(name, sweepSegment, at),
    };
  },
};

/** Registered nodes that have a replica. */
function holders(
  { records }: Moment,
  segments: readonly { readonly replicas: readonly { readonly node_id: bigint }[] }[],
): readonly BrokerNode[] {
  const ids = new Set(segments.flatMap(({ replicas }) => replicas.map(({ node_id }) => node_id)));
  return nodesById(records).filter(({ node_id }) => ids.has(node_id));
}
