/**
 * What becomes of segments when a node is gone. No replica leads that may lack messages. A node may
 * have more of them than one entry of the log should change: the rest follows, some at a time.
 */
import { bool, struct, u32, u64 } from '../../codec/layout/layout.ts';
import type { Infer } from '../../codec/layout/layout.ts';
import type { BrokerNode } from '../../codec/robustmq/node.ts';
import type { EngineSegment } from '../../codec/robustmq/segment.ts';
import { plainOperation } from '../resources/operation.ts';
import { resource } from '../resources/resource.ts';
import type { Records } from '../resources/resource.ts';
import { epochOfNode, nextEpoch } from './epoch.ts';
import { byFewestReplicas, engineNodes, folderOf, isAmong, withReplica } from './placement.ts';
import { node } from './node.ts';
import { nodeSegment, putSegment, segment, SEGMENT_KINDS } from './shard.ts';

const Vacancy = struct('Vacancy', {
  node_id: u64,
  /** It is not to come back: others take over what it followed as well. */
  for_good: bool,
});
type Vacancy = Infer<typeof Vacancy>;

/** Nodes that are gone, kept until others have taken over all that they had. */
export const vacancy = resource({ table: 'vacancy', layout: Vacancy, key: ['node_id'] });

/** As many segments in one entry of the log: some 50 ms of work, for every member. */
export const HANDED_OVER_MAX = 500;

/** Others take over the segments of a node: at once, or the first of many. */
export function vacate(records: Records, gone: Vacancy): void {
  if (!takeOver(records, gone, HANDED_OVER_MAX)) records.put(vacancy, gone);
}

export const handOver = plainOperation({
  name: 'node.handOver',
  since: 4,
  does: 'lets others take over the next segments of a node that is gone and has not come back',
  changes: [vacancy, ...SEGMENT_KINDS],
  tells: ['Segment/Create'],
  args: struct('HandedOver', { node_id: u64, most: u32 }),
  apply: (records, { node_id, most }) => {
    const gone = records.get(vacancy, [String(node_id)]);
    if (gone !== undefined && takeOver(records, gone, most)) records.remove(vacancy, gone);
    return undefined;
  },
});

/** Whether these were the last. */
function takeOver(records: Records, { node_id, for_good }: Vacancy, most: number): boolean {
  const held: Held[] = [];
  for (const each of heldBy(records, { node_id, for_good })) {
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
function* heldBy(records: Records, { node_id, for_good }: Vacancy): Generator<Held> {
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
