/**
 * What brokers had deleted by a moment of a capture. A deletion in which one of them has no part yet when it
 * is killed waits until that one is back, so whoever kills it waits for the deletion.
 */
import { BrokerServiceService as BrokerRpcs } from '../../proto/gen/broker/broker.ts';
import type { CapturedCall } from './capture.ts';

export interface Deleted {
  readonly broker: bigint;
  readonly shard: string;
}

/** Of which shards brokers said that they had deleted them, before the call at `index`. */
export function deletedBefore(calls: readonly CapturedCall[], index: number): readonly Deleted[] {
  const { path, responseDeserialize } = BrokerRpcs.getShardSegmentDeleteStatus;
  return calls.slice(0, index).flatMap(({ to, rpc, replies }) => {
    if (to.kind !== 'broker' || rpc !== path) return [];
    return replies
      .flatMap((reply) => responseDeserialize(reply).results)
      .filter(({ deleted }) => deleted)
      .map(({ shardName }) => ({ broker: to.id, shard: shardName }));
  });
}
