/** What a leader asks of one broker. What all are told goes another way: see `controllers/pushes`. */
import type { BrokerNode } from '../../codec/robustmq/node.ts';
import type { Will } from '../../state/registry/will.ts';

export type BrokerRequest =
  | { readonly kind: 'publishWill'; readonly will: Will }
  /** Whether nothing is left of these shards; of one segment, where it is said. */
  | { readonly kind: 'askDeleted'; readonly items: readonly ShardItem[] }
  /** How far its replica of a segment has come. */
  | { readonly kind: 'askReplica'; readonly shardName: string; readonly segmentSeq: number };

export interface ShardItem {
  readonly shardName: string;
  readonly segmentSeq?: number;
}

export type BrokerAnswer =
  | { readonly kind: 'done' }
  | { readonly kind: 'deleted'; readonly all: boolean }
  | { readonly kind: 'replica'; readonly replica: ReplicaEnd | undefined }
  /** It said that it did not. */
  | { readonly kind: 'refused' }
  /** It cannot have heard of it. */
  | { readonly kind: 'unreachable' }
  /** It may have done it. */
  | { readonly kind: 'unknown' };

export interface ReplicaEnd {
  readonly leo: bigint;
  readonly leaderEpoch: number;
}

export interface BrokerCalls {
  /** @param done called once, later. */
  call(
    broker: Pick<BrokerNode, 'grpc_addr' | 'node_id'>,
    request: BrokerRequest,
    done: (answer: BrokerAnswer) => void,
  ): void;
}
