/**
 * What brokers had deleted by a moment of a capture. A deletion in which one of them has no part yet when it
 * is killed waits until that one is back, so whoever kills it waits for the deletion.
 */
import { BrokerServiceService as BrokerRpcs } from '../../proto/gen/broker/broker.ts';
import type { CapturedCall } from './capture.ts';

/**
 * By shard: how many brokers said that they had deleted it, before the call at `index`. Who these are
 * depends on where its replicas are, which may be elsewhere than in the capture.
 */
export function deletersBefore(
  calls: readonly CapturedCall[],
  index: number,
): ReadonlyMap<string, number> {
  const { path, responseDeserialize } = BrokerRpcs.getShardSegmentDeleteStatus;
  const deleters = new Map<string, Set<bigint>>();
  for (const { to, rpc, replies } of calls.slice(0, index)) {
    if (to.kind !== 'broker' || rpc !== path) continue;
    for (const { deleted, shardName } of replies.flatMap((r) => responseDeserialize(r).results)) {
      if (deleted) deleters.set(shardName, (deleters.get(shardName) ?? new Set()).add(to.id));
    }
  }
  return new Map([...deleters].map(([shard, { size }]) => [shard, size]));
}
