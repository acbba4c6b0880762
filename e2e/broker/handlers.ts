/** What a broker answers to meta, and to other brokers. */
import { receive, type Reception } from './reception.ts';
import type { BrokerHandlers } from './listener.ts';
import type { Caches } from './caches.ts';
import { keyText } from './resource.ts';

/** Of a client that is gone. */
export interface Will {
  readonly tenant: string;
  readonly clientId: string;
}

export interface HandlersSetup {
  readonly id: bigint;
  readonly caches: () => Caches;
  readonly received: (reception: Reception) => void;
  readonly will: (will: Will) => void;
}

export const brokerHandlers = ({ id, caches, received, will }: HandlersSetup): BrokerHandlers => ({
  // One after another; the reply is the same, whatever became of them.
  updateCache: ({ records }) => {
    for (const record of records) received(receive(caches(), record));
    return { code: false, data: '' };
  },
  sendLastWillMessage: ({ items }) => {
    for (const item of items) will(item);
    return {};
  },
  getShardSegmentDeleteStatus: ({ items }) => ({
    results: items.map(({ shardName, segmentSeq }) => ({
      shardName,
      deleted: !isThere(caches(), shardName, segmentSeq),
    })),
  }),
  // It has no messages.
  queryReplicaLeo: ({ shardName, segmentSeq }) => {
    const segment = caches().rows.Segment.get(keyText([shardName, segmentSeq]));
    const available = segment?.replicas.some(({ node_id }) => node_id === id) ?? false;
    return { segmentLeo: 0n, latestLeaderEpoch: 0, logStartOffset: 0n, available };
  },
  getQosDataByClientId: () => ({ data: [] }),
  sendShareGroupMessage: () => ({}),
  fetchAmqpQueueMessage: () => ({
    hasMessage: false,
    record: Buffer.alloc(0),
    offset: 0n,
    indexOffset: undefined,
  }),
});

/** A shard, or one of its segments. */
const isThere = ({ rows }: Caches, shard: string, segment: number | undefined): boolean =>
  segment === undefined
    ? rows.Shard.has(keyText([shard]))
    : rows.Segment.has(keyText([shard, segment]));
