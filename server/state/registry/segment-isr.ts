/** Which replicas of a segment are in sync: its leader says so, while it is the leader that it takes itself for. */
import { list, string, struct, u32, u64 } from '../../codec/layout/layout.ts';
import type { Infer } from '../../codec/layout/layout.ts';
import type { EngineSegment } from '../../codec/robustmq/segment.ts';
import { operation } from '../resources/operation.ts';
import { refuse } from '../resources/refusal.ts';
import type { Refusal } from '../resources/refusal.ts';
import type { Records } from '../resources/resource.ts';
import { epochOfNode, nextEpoch } from './epoch.ts';
import { node } from './node.ts';
import { putSegment, segment, SEGMENT_KINDS, shard, statusBack } from './shard.ts';

const IsrUpdate = struct('IsrUpdate', {
  shard_name: string,
  segment_seq: u32,
  isr: list(u64),
  requester: u64,
  requester_epoch: u64,
  leader_epoch: u32,
  segment_epoch: u32,
});
type IsrUpdate = Infer<typeof IsrUpdate>;

export const updateIsr = operation({
  name: 'segment.updateIsr',
  does: 'replaces the replicas in sync, if the caller is registered and leads the segment in the epochs that it says; answers the next segment epoch',
  changes: [...SEGMENT_KINDS],
  tells: ['Segment/Update'],
  args: IsrUpdate,
  result: u32,
  apply: (records, update) => {
    const { shard_name, segment_seq, isr } = update;
    if (records.get(shard, [shard_name]) === undefined) return refuse('shardMissing', shard_name);
    const before = records.get(segment, [shard_name, String(segment_seq)]);
    if (before === undefined) return refuse('segmentMissing', shard_name, String(segment_seq));
    const refusal = judge(records, before, update);
    if (refusal !== undefined) return refusal;
    const segment_epoch = nextEpoch(records, before.segment_epoch);
    // It has a leader that lives, so it is there again.
    const status = before.status === 'Unavailable' ? statusBack(records, before) : before.status;
    const after = { ...before, isr, segment_epoch, status, last_known_isr: [] };
    putSegment(records, after, 'Update');
    return { result: segment_epoch };
  },
});

/** Undefined: it is gone. The text of this refusal makes a broker register again. */
const registeredEpoch = (records: Records, id: bigint): bigint | undefined =>
  records.get(node, [String(id)]) && epochOfNode(records, id);

function judge(
  records: Records,
  { replicas, leader, leader_epoch, segment_epoch }: EngineSegment,
  update: IsrUpdate,
): Refusal | undefined {
  const { isr, requester } = update;
  const where = `${update.shard_name}/${update.segment_seq}`;
  const invalid = (reason: string): Refusal => refuse('isrInvalid', where, isr.join(', '), reason);
  if (requester !== leader) return refuse('isrNotLeader', where, `${requester}`, `${leader}`);
  if (isr.length === 0) return invalid('empty');
  if (!isr.includes(leader)) return invalid('the leader is missing');
  if (new Set(isr).size < isr.length) return invalid('a replica twice');
  if (!isr.every((node) => replicas.some(({ node_id }) => node_id === node))) {
    return invalid('not a subset of the replicas');
  }
  if (update.leader_epoch !== leader_epoch) {
    return refuse('isrLeaderEpoch', where, `${update.leader_epoch}`, `${leader_epoch}`);
  }
  const registered = registeredEpoch(records, requester);
  if (update.requester_epoch !== registered) {
    return refuse('isrBrokerEpoch', where, `${update.requester_epoch}`, `${registered ?? 0n}`);
  }
  if (update.segment_epoch !== segment_epoch) {
    return refuse('isrSegmentEpoch', where, `${update.segment_epoch}`, `${segment_epoch}`);
  }
  return undefined;
}
