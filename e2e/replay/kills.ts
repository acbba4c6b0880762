/** When brokers of a capture were killed, which nobody says, as it can be told from their expiry. */
import { BrokerServiceService as BrokerRpcs } from '../../proto/gen/broker/broker.ts';
import type { BrokerNode } from '../../server/codec/robustmq/node.ts';
import type { CapturedCall } from './capture.ts';
import { pushContent } from './content.ts';

/** From the last heartbeat of a process that was killed until it had expired. */
const EXPIRY_MS = 30_100;

/** Which brokers are killed, by the call before which they are. */
export function killsOf(calls: readonly CapturedCall[]): ReadonlyMap<number, ReadonlySet<bigint>> {
  const kills = new Map<number, Set<bigint>>();
  for (const call of calls) {
    if (call.to.kind !== 'broker' || call.rpc !== BrokerRpcs.updateCache.path) continue;
    const { records } = BrokerRpcs.updateCache.requestDeserialize(call.request);
    for (const { resource, action, value } of records.map(pushContent)) {
      if (resource !== 'Node' || action !== 'Delete') continue;
      const id = (value as BrokerNode).node_id;
      const at = calls.find(({ to, atMs }) => to.kind === 'meta' && atMs >= call.atMs - EXPIRY_MS);
      if (at !== undefined) kills.set(at.index, (kills.get(at.index) ?? new Set()).add(id));
    }
  }
  return kills;
}
