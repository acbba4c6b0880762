/** Segments that somebody has to see to, each in its turn. */
import type { EngineSegment } from '../../codec/robustmq/segment.ts';
import { segment, segmentConcern } from '../../state/registry/shard.ts';
import type { ConcernKind } from '../../state/registry/shard.ts';
import { createRound } from './round.ts';
import type { Round } from './round.ts';

/** Segments that are looked at, of each concern, before it is the turn of the next ones. */
const CONCERNS_MAX = 1_000;

export function createSegmentRound(kind: ConcernKind): Round<EngineSegment> {
  const concerns = createRound(segmentConcern, [kind], CONCERNS_MAX);
  return {
    look: (moment, takes) =>
      concerns.look(moment, ({ shard_name, segment_seq }) => {
        const each = moment.records.get(segment, [shard_name, String(segment_seq)]);
        return each === undefined || takes(each);
      }),
  };
}

/** Another one in each epoch. */
export const nameOf = ({ shard_name, segment_seq, segment_epoch }: EngineSegment): string =>
  `${shard_name} ${segment_seq} ${segment_epoch}`;

/** What a change of it is decided on. */
export const atOf = ({ shard_name, segment_seq, segment_epoch }: EngineSegment) => ({
  shard_name,
  segment_seq,
  segment_epoch,
});
