/** What becomes of segments when a node is gone for good. No replica leads that may lack messages. */
import type { EngineSegment } from '../../codec/robustmq/segment.ts';
import type { Records } from '../resources/resource.ts';
import { epochOfNode, nextEpoch } from './epoch.ts';
import { engineNodes, folderOf } from './placement.ts';
import { putSegment, segment } from './shard.ts';

/** Takes a node out of all segments; another one comes in its place where there is one. */
export function leaveSegments(records: Records, gone: bigint): void {
  for (const before of [...records.list(segment, [])]) {
    if (!before.replicas.some(({ node_id }) => node_id === gone)) continue;
    const segment_epoch = nextEpoch(records, before.segment_epoch);
    const left = withoutNode(records, before, gone);
    putSegment(records, { ...left, segment_epoch }, 'Create');
  }
}

function withoutNode(records: Records, before: EngineSegment, gone: bigint): EngineSegment {
  const replicas = before.replicas.filter(({ node_id }) => node_id !== gone);
  const isr = before.isr.filter((node) => node !== gone);
  const successor = engineNodes(records).find(
    ({ node_id }) => !replicas.some((replica) => replica.node_id === node_id),
  );
  if (successor !== undefined) {
    const last = before.replicas.reduce((max, { replica_seq }) => maxOf(max, replica_seq), 0n);
    const fold = folderOf(records, successor);
    replicas.push({ replica_seq: last + 1n, node_id: successor.node_id, fold });
  }
  const left = { ...before, replicas, isr };
  if (before.leader !== gone) return left;
  const [leader] = isr;
  if (leader === undefined) {
    const known = before.isr.length > 0 ? before.isr : before.last_known_isr;
    return { ...left, status: 'Unavailable', last_known_isr: known };
  }
  return {
    ...left,
    leader,
    leader_epoch: nextEpoch(records, before.leader_epoch),
    leader_broker_epoch: epochOfNode(records, leader),
  };
}

const maxOf = (one: bigint, other: bigint): bigint => (one > other ? one : other);
