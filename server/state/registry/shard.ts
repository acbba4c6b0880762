/** Shards of the storage engine, their segments, and where in time and offsets these begin and end. */
import { choice, string, struct, u32, u64 } from '../../codec/layout/layout.ts';
import type { Infer } from '../../codec/layout/layout.ts';
import { EngineSegment, EngineSegmentMetadata } from '../../codec/robustmq/segment.ts';
import { EngineShard } from '../../codec/robustmq/shard.ts';
import { tell } from '../resources/push.ts';
import { removeAt } from '../resources/records.ts';
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

/** What tells a segment from all others. */
export const SegmentName = struct('SegmentName', { shard_name: string, segment_seq: u32 });

/** The time at which a segment ended that has not. */
export const NOT_ENDED = -1n;

/** Only segments in files have any. Put by {@link putSegmentMeta} alone. */
export const segmentMeta = resource({
  table: 'segmentMeta',
  layout: EngineSegmentMetadata,
  key: ['shard_name', 'segment_seq'],
  told: tell('SegmentMeta', { deleted: 'nothing' }),
});

/** What a node is to a segment: it leads it, and is in sync; or it has a replica, leading or not. */
const SegmentRole = choice('SegmentRole', 'keeps', 'leads');

/** Which segments each node has, registered or not: so nobody has to look at all of them. */
export const nodeSegment = resource({
  table: 'nodeSegment',
  layout: struct('NodeSegment', {
    node_id: u64,
    role: SegmentRole,
    shard_name: string,
    segment_seq: u32,
  }),
  key: ['node_id', 'role', 'shard_name', 'segment_seq'],
});

const NodeLoad = struct('NodeLoad', { node_id: u64, replicas: u32, leaders: u32 });

/** How many replicas each node has and how many segments it leads, registered or not. */
export const nodeLoad = resource({ table: 'nodeLoad', layout: NodeLoad, key: ['node_id'] });

/**
 * `stranded`: none of its replicas in sync lives. `displaced`: its leader is not the replica that it was
 * given first. `thin`: of an inner topic, with fewer replicas than it is to have.
 */
const CONCERNS = ['stranded', 'displaced', 'thin'] as const;
export type ConcernKind = (typeof CONCERNS)[number];
const ConcernKind = choice('ConcernKind', ...CONCERNS);

/** Segments that somebody has to see to, by why: so nobody has to look at all of them. */
export const segmentConcern = resource({
  table: 'segmentConcern',
  layout: struct('SegmentConcern', { kind: ConcernKind, shard_name: string, segment_seq: u32 }),
  key: ['kind', 'shard_name', 'segment_seq'],
});

/** What changes with segments. */
export const SEGMENT_KINDS = [segment, nodeSegment, nodeLoad, segmentConcern] as const;

/**
 * Puts a segment, counts what its nodes have, and notes what is to be seen to. Of one that goes nobody
 * is told that it has changed: who has deleted it would have it again.
 */
export function putSegment(records: Records, after: EngineSegment, action?: PushAction): void {
  const before = records.get(segment, segment.keyOf(after));
  if (before === undefined || !isLaidOutAs(before, after)) {
    if (before !== undefined) addLoad(records, before, -1);
    addLoad(records, after, 1);
  }
  noteRoles(records, before, after);
  const wentBefore = before?.status === 'PreDelete' && after.status === 'PreDelete';
  records.put(segment, after, wentBefore ? 'silent' : action);
  noteConcerns(records, after);
}

/** Puts where a segment begins and ends; nobody is told of one that goes, for it could not be taken back. */
export function putSegmentMeta(records: Records, after: EngineSegmentMetadata): void {
  const goes = records.get(segment, segmentMeta.keyOf(after))?.status === 'PreDelete';
  records.put(segmentMeta, after, goes ? 'silent' : undefined);
}

/** Brokers are not told: they were asked whether they have deleted it. */
export function removeSegment(records: Records, gone: EngineSegment): void {
  addLoad(records, gone, -1);
  noteRoles(records, gone, undefined);
  records.remove(segment, gone, 'silent');
  removeAt(records, segmentMeta, segment.keyOf(gone), 'silent');
  for (const kind of CONCERNS) setConcern(records, gone, kind, false);
}

function noteRoles(
  records: Records,
  before: EngineSegment | undefined,
  after: EngineSegment | undefined,
): void {
  const [had, has] = [before, after].map((each) => new Map(each && rolesOf(each)));
  for (const [name, each] of had ?? [])
    if (has?.has(name) !== true) records.remove(nodeSegment, each);
  for (const [name, each] of has ?? []) if (had?.has(name) !== true) records.put(nodeSegment, each);
}

/** By their names. */
function rolesOf({ shard_name, segment_seq, replicas, isr, leader }: EngineSegment) {
  const named = (node_id: bigint, role: Infer<typeof SegmentRole>) =>
    [`${role} ${node_id}`, { node_id, role, shard_name, segment_seq }] as const;
  const kept = replicas.map(({ node_id }) => named(node_id, 'keeps'));
  return isr.length === 0 ? kept : [...kept, named(leader, 'leads')];
}

function noteConcerns(records: Records, after: EngineSegment): void {
  const { status, leader, replicas } = after;
  const [first] = replicas;
  setConcern(records, after, 'stranded', status === 'Unavailable');
  const displaced = status === 'Write' && first !== undefined && first.node_id !== leader;
  setConcern(records, after, 'displaced', displaced);
  const config = records.get(shard, [after.shard_name])?.config;
  const wanted = config?.is_inner_topic === true ? config.replica_num : 0;
  setConcern(records, after, 'thin', replicas.length < wanted);
}

function setConcern(
  records: Records,
  { shard_name, segment_seq }: EngineSegment,
  kind: ConcernKind,
  wanted: boolean,
): void {
  const concern = { kind, shard_name, segment_seq };
  const there = records.get(segmentConcern, segmentConcern.keyOf(concern)) !== undefined;
  if (wanted && !there) records.put(segmentConcern, concern);
  else if (!wanted && there) records.remove(segmentConcern, concern);
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

/** What a segment is once it has a leader again: only the last one is written to, in files until it is sealed itself. */
export function statusBack(
  records: Pick<Records, 'get'>,
  at: EngineSegment,
): EngineSegment['status'] {
  const active = records.get(shard, [at.shard_name])?.active_segment_seq ?? at.segment_seq;
  const endedAt = records.get(segmentMeta, segment.keyOf(at))?.end_timestamp ?? NOT_ENDED;
  return active === at.segment_seq && endedAt === NOT_ENDED ? 'Write' : 'SealUp';
}
