/** Shards of the storage engine, their segments, and where in time and offsets these begin and end. */
import { struct, u32, u64 } from '../../codec/layout/layout.ts';
import { EngineSegment, EngineSegmentMetadata } from '../../codec/robustmq/segment.ts';
import { EngineShard } from '../../codec/robustmq/shard.ts';
import { tell } from '../resources/push.ts';
import { resource } from '../resources/resource.ts';
import type { PushAction } from '../resources/push.ts';
import type { Records } from '../resources/resource.ts';

export const shard = resource({
  table: 'shard',
  layout: EngineShard,
  key: ['shard_name'],
  told: tell('Shard'),
});

/** Put by {@link putSegment} alone. */
export const segment = resource({
  table: 'segment',
  layout: EngineSegment,
  key: ['shard_name', 'segment_seq'],
  told: tell('Segment'),
});

/** Only segments in files have any. */
export const segmentMeta = resource({
  table: 'segmentMeta',
  layout: EngineSegmentMetadata,
  key: ['shard_name', 'segment_seq'],
  told: tell('SegmentMeta', { deleted: 'nothing' }),
});

const NodeLoad = struct('NodeLoad', { node_id: u64, replicas: u32, leaders: u32 });

/** How many replicas each node has and how many segments it leads, registered or not. */
export const nodeLoad = resource({ table: 'nodeLoad', layout: NodeLoad, key: ['node_id'] });

/** Puts a segment, and counts what its nodes have. */
export function putSegment(records: Records, after: EngineSegment, action?: PushAction): void {
  const before = records.get(segment, segment.keyOf(after));
  if (before === undefined || !isLaidOutAs(before, after)) {
    if (before !== undefined) addLoad(records, before, -1);
    addLoad(records, after, 1);
  }
  records.put(segment, after, action);
}

const isLaidOutAs = (before: EngineSegment, after: EngineSegment): boolean =>
  before.leader === after.leader &&
  before.replicas.map(({ node_id }) => node_id).join() ===
    after.replicas.map(({ node_id }) => node_id).join();

function addLoad(records: Records, { replicas, leader }: EngineSegment, by: 1 | -1): void {
  for (const { node_id } of replicas) {
    const load = loadOf(records, node_id);
    records.put(nodeLoad, {
      node_id,
      replicas: load.replicas + by,
      leaders: load.leaders + (node_id === leader ? by : 0),
    });
  }
}

export const loadOf = (
  records: Pick<Records, 'get'>,
  node_id: bigint,
): { readonly replicas: number; readonly leaders: number } =>
  records.get(nodeLoad, [String(node_id)]) ?? { replicas: 0, leaders: 0 };
