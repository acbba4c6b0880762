/** How segments come back to what they were meant to be. Each carries the epoch that it was decided in. */
import { string, struct, u32, u64 } from '../../codec/layout/layout.ts';
import type { EngineSegment } from '../../codec/robustmq/segment.ts';
import { plainOperation } from '../resources/operation.ts';
import type { Records } from '../resources/resource.ts';
import { epochOfNode, nextEpoch } from './epoch.ts';
import { node } from './node.ts';
import { engineNodes, folderOf, isAmong, withReplica } from './placement.ts';
import { putSegment, segment, SEGMENT_KINDS, shard, statusBack } from './shard.ts';

const SegmentAt = struct('SegmentAt', { shard_name: string, segment_seq: u32, segment_epoch: u32 });

/** A segment, while it is what was decided on. */
function unchanged(
  records: Records,
  {
    shard_name,
    segment_seq,
    segment_epoch,
  }: { shard_name: string; segment_seq: number; segment_epoch: number },
): EngineSegment | undefined {
  const found = records.get(segment, [shard_name, String(segment_seq)]);
  return found?.segment_epoch === segment_epoch ? found : undefined;
}

const isRegistered = (records: Pick<Records, 'get'>, id: bigint): boolean =>
  records.get(node, [String(id)]) !== undefined;

/** The replica that a segment was given first, if it can lead it and does not. */
export function preferredLeader(
  records: Pick<Records, 'get'>,
  { shard_name, segment_seq, status, replicas, isr, leader }: EngineSegment,
): bigint | undefined {
  const first = replicas[0]?.node_id;
  if (status !== 'Write' || first === undefined || first === leader) return undefined;
  if (records.get(shard, [shard_name])?.active_segment_seq !== segment_seq) return undefined;
  return isr.includes(first) && isRegistered(records, first) ? first : undefined;
}

const ledBy = (records: Records, before: EngineSegment, leader: bigint): EngineSegment => ({
  ...before,
  leader,
  leader_epoch: nextEpoch(records, before.leader_epoch),
  segment_epoch: nextEpoch(records, before.segment_epoch),
  leader_broker_epoch: epochOfNode(records, leader),
});

export const preferLeader = plainOperation({
  name: 'segment.prefer',
  since: 4,
  does: 'lets the replica lead that a segment was given first, if it is in sync',
  changes: [...SEGMENT_KINDS],
  tells: ['Segment/Create'],
  args: SegmentAt,
  apply: (records, at) => {
    const before = unchanged(records, at);
    const leader = before && preferredLeader(records, before);
    if (before !== undefined && leader !== undefined) {
      putSegment(records, ledBy(records, before, leader));
    }
    return undefined;
  },
});

/** Who may lead a segment that has lost its leader: no replica that may lack messages. */
export function successors(
  records: Pick<Records, 'get'>,
  before: EngineSegment,
): readonly bigint[] {
  const { status, leader, isr, last_known_isr } = before;
  if (status === 'PreDelete') return [];
  if (status !== 'Unavailable' && isRegistered(records, leader)) return [];
  const inSync = status === 'Unavailable' ? last_known_isr : isr;
  return inSync.filter((id) => replicasWith(records, before, id) !== undefined);
}

/**
 * The replicas, with that of a node which may have left for good and come back: nobody else has its
 * messages. Undefined: it is not there, or nobody knows any more in which of its folders they are.
 */
function replicasWith(
  records: Pick<Records, 'get'>,
  { shard_name, replicas }: EngineSegment,
  id: bigint,
): EngineSegment['replicas'] | undefined {
  const back = records.get(node, [String(id)]);
  if (back === undefined) return undefined;
  if (isAmong(replicas, id)) return replicas;
  const isInFiles = records.get(shard, [shard_name])?.config.storage_type === 'EngineSegment';
  const [fold = '', ...others] = back.storage_fold;
  if (isInFiles && others.length > 0) return undefined;
  return withReplica(replicas, { node_id: id, fold });
}

export const recoverSegment = plainOperation({
  name: 'segment.recover',
  since: 4,
  does: 'gives a segment that has lost its leader another one, which was in sync and has come furthest',
  changes: [...SEGMENT_KINDS],
  tells: ['Segment/Create'],
  args: struct('Recovered', { at: SegmentAt, leader: u64 }),
  apply: (records, { at, leader }) => {
    const before = unchanged(records, at);
    if (before === undefined || !successors(records, before).includes(leader)) return undefined;
    const replicas = replicasWith(records, before, leader);
    if (replicas === undefined) return undefined;
    const led = ledBy(records, before, leader);
    const status = statusBack(records, before);
    putSegment(records, { ...led, replicas, isr: [leader], status, last_known_isr: [] });
    return undefined;
  },
});

export const fillSegment = plainOperation({
  name: 'segment.fill',
  since: 4,
  does: 'gives a segment of an inner topic the replicas that it lacks, as far as there are nodes',
  changes: [...SEGMENT_KINDS],
  tells: ['Segment/Create'],
  args: SegmentAt,
  apply: (records, at) => {
    const before = unchanged(records, at);
    if (before === undefined) return undefined;
    const free = freeNodes(records, before);
    if (free.length === 0) return undefined;
    const replicas = free.reduce(
      (all: EngineSegment['replicas'], each) =>
        withReplica(all, { node_id: each.node_id, fold: folderOf(records, each) }),
      before.replicas,
    );
    const segment_epoch = nextEpoch(records, before.segment_epoch);
    putSegment(records, { ...before, replicas, segment_epoch });
    return undefined;
  },
});

/** As many as a segment of an inner topic lacks, those with the fewest replicas first. */
export function freeNodes(
  records: Pick<Records, 'get' | 'list'>,
  { shard_name, replicas, status }: EngineSegment,
): ReturnType<typeof engineNodes> {
  const config = records.get(shard, [shard_name])?.config;
  if (config?.is_inner_topic !== true || status !== 'Write') return [];
  return engineNodes(records)
    .filter(({ node_id }) => !isAmong(replicas, node_id))
    .slice(0, Math.max(0, config.replica_num - replicas.length));
}
