/** What becomes of segments when a node is gone. No replica leads that may lack messages. */
import type { Infer } from '../../codec/layout/layout.ts';
import type { BrokerNode } from '../../codec/robustmq/node.ts';
import type { EngineSegment } from '../../codec/robustmq/segment.ts';
import type { Records } from '../resources/resource.ts';
import { epochOfNode, nextEpoch } from './epoch.ts';
import { byFewestReplicas, engineNodes, folderOf, isAmong, withReplica } from './placement.ts';
import { node } from './node.ts';
import { nodeSegment, putSegment, segment } from './shard.ts';

interface Gone {
  readonly node_id: bigint;
  /** It is not to come back: others take over what it followed as well. */
  readonly for_good: boolean;
}

/** Others take over as many segments of a node. @returns whether these were the last. */
export function takeOver(records: Records, gone: Gone, most: number): boolean {
  const { node_id, for_good } = gone;
  const held: Held[] = [];
  for (const each of heldBy(records, gone)) {
    if (held.length === most) break;
    held.push(each);
  }
  const able = engineNodes(records);
  for (const { shard_name, segment_seq } of held) {
    const before = records.get(segment, [shard_name, String(segment_seq)]);
    if (before === undefined) continue;
    const led = leadWithout(records, before, node_id);
    const after = for_good
      ? { ...led, replicas: replaceReplica(records, before, node_id, able) }
      : led;
    putSegment(records, { ...after, segment_epoch: nextEpoch(records, before.segment_epoch) });
  }
  return held.length < most;
}

type Held = Infer<typeof nodeSegment.layout>;

/** What it leads; if it is not to come back, what it keeps as well. Each once. */
function* heldBy(records: Records, { node_id, for_good }: Gone): Generator<Held> {
  const id = String(node_id);
  if (for_good) yield* records.list(nodeSegment, [id, 'keeps']);
  for (const each of records.list(nodeSegment, [id, 'leads'])) {
    const kept = [id, 'keeps', each.shard_name, String(each.segment_seq)];
    if (!for_good || records.get(nodeSegment, kept) === undefined) yield each;
  }
}

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
  able: readonly BrokerNode[],
): EngineSegment['replicas'] {
  if (!isAmong(replicas, gone)) return replicas;
  const successor = byFewestReplicas(records, able).find(
    ({ node_id }) => !isAmong(replicas, node_id),
  );
  const all =
    successor === undefined
      ? replicas
      : withReplica(replicas, { node_id: successor.node_id, fold: folderOf(records, successor) });
  return all.filter(({ node_id }) => node_id !== gone);
}
