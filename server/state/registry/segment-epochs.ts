/**
 * Epochs of segments in a cluster that goes on from a backup, or from the one member that is left: brokers
 * may have seen later ones than those that are stored, and take nothing that comes with less.
 */
import { list } from '../../codec/layout/layout.ts';
import type { EngineSegment } from '../../codec/robustmq/segment.ts';
import { plainOperation } from '../resources/operation.ts';
import type { Records } from '../resources/resource.ts';
import { firstEpoch, raisedEpoch } from './epoch.ts';
import { putSegment, segment, SEGMENT_KINDS, SegmentName } from './shard.ts';

/** Whether one of its epochs is of the time before such a beginning. */
export function isOfBefore(
  records: Pick<Records, 'epochBase' | 'get'>,
  { leader_epoch, segment_epoch }: EngineSegment,
): boolean {
  return Math.min(leader_epoch, segment_epoch) < firstEpoch(records);
}

export const raiseSegments = plainOperation({
  name: 'segment.raise',
  since: 4,
  does: 'raises the epochs of segments above all that were handed out before a restore or a recovery',
  changes: [...SEGMENT_KINDS],
  tells: ['Segment/Create'],
  args: list(SegmentName),
  apply: (records, names) => {
    for (const { shard_name, segment_seq } of names) {
      const before = records.get(segment, [shard_name, String(segment_seq)]);
      if (before === undefined || !isOfBefore(records, before)) continue;
      putSegment(records, {
        ...before,
        leader_epoch: raisedEpoch(records, before.leader_epoch),
        segment_epoch: raisedEpoch(records, before.segment_epoch),
      });
    }
    return undefined;
  },
});
