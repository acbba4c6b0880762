/** What becomes of segments when a node is gone. No replica leads that may lack messages. */
import type { EngineSegment } from '../../codec/robustmq/segment.ts';
import type { Records } from '../resources/resource.ts';
import { epochOfNode, nextEpoch } from './epoch.ts';
import { engineNodes, folderOf } from './placement.ts';
import { node } from './node.ts';
import { putSegment, segment } from './shard.ts';

/** Others lead what a node led that may come back; where it followed, its leader will notice. */
export function leadSegmentsOf(records: Records, gone: bigint): void {
  for (const before of [...records.list(segment, [])]) {
    if (before.leader !== gone || before.isr.length === 0) continue;
    putNext(records, leadWithout(records, before, gone));
  }
}

/** Takes a node out of all segments for good; another one comes in its place where there is one. */
export function leaveSegments(records: Records, gone: bigint): void {
  for (const before of [...records.list(segment, [])]) {
    if (!before.replicas.some(({ node_id }) => node_id === gone)) continue;
    const led = leadWithout(records, before, gone);
    putNext(records, { ...led, replicas: replaceReplica(records, before, gone) });
  }
}

const putNext = (records: Records, changed: EngineSegment): void =>
  putSegment(records, {
    ...changed,
    segment_epoch: nextEpoch(records, changed.segment_epoch),
  });

/** The segment without the node among those in sync, one of which leads it then, if any is left. */
function leadWithout(records: Records, before: EngineSegment, gone: bigint): EngineSegment {
  const left = { ...before, isr: before.isr.filter((node) => node !== gone) };
  if (before.leader !== gone) return left;
  const leader = left.isr.find((node_id) => isRegistered(records, node_id));
  if (leader === undefined) {
    const last_known_isr = before.isr.length > 0 ? before.isr : before.last_known_isr;
    // One that is being deleted goes on being deleted.
    const status = before.status === 'PreDelete' ? before.status : 'Unavailable';
    return { ...left, isr: [], status, last_known_isr };
  }
  return {
    ...left,
    leader,
    leader_epoch: nextEpoch(records, before.leader_epoch),
    leader_broker_epoch: epochOfNode(records, leader),
  };
}

const isRegistered = (records: Records, id: bigint): boolean =>
  records.get(node, [String(id)]) !== undefined;

/** Replicas without the node, and one more on the node that has the fewest. */
function replaceReplica(
  records: Records,
  { replicas }: EngineSegment,
  gone: bigint,
): EngineSegment['replicas'] {
  const left = replicas.filter(({ node_id }) => node_id !== gone);
  const successor = engineNodes(records).find(
    ({ node_id }) => !left.some((replica) => replica.node_id === node_id),
  );
  if (successor === undefined) return left;
  const last = replicas.reduce((max, { replica_seq }) => maxOf(max, replica_seq), 0n);
  const fold = folderOf(records, successor);
  return [...left, { replica_seq: last + 1n, node_id: successor.node_id, fold }];
}

const maxOf = (one: bigint, other: bigint): bigint => (one > other ? one : other);
