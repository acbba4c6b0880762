/** In a cluster that goes on from remains, segments get epochs above those that brokers may have seen. */
import type { EngineSegment } from '../../codec/robustmq/segment.ts';
import { isOfBefore, raiseSegments } from '../../state/registry/segment-epochs.ts';
import { segment } from '../../state/registry/shard.ts';
import { propose } from './duty.ts';
import type { Duty, Proposal } from './duty.ts';
import { nameOf } from './segment-round.ts';
import { createWalk } from './walk.ts';

/** Segments that are looked at, at once. */
const LOOKED_AT = 2_000;
/** As many of them in one entry of the log: some 50 ms of work, for every member. */
export const RAISED_MAX = 500;

/** Once in each lead it looks at all of them; again, while there was something to do. */
export function createSegmentEpochs(): Duty {
  const walk = createWalk(segment, LOOKED_AT);
  let seenTo = 0n;
  let found = false;
  return {
    goesOn: true,
    look: (moment) => {
      const base = moment.records.epochBase();
      if (base === seenTo) return [];
      const { records, ended } = walk.next(moment);
      const old = records.filter((each) => isOfBefore(moment.records, each));
      found ||= old.length > 0;
      if (ended) {
        if (!found) seenTo = base;
        found = false;
      }
      return inEntries(old);
    },
  };
}

function inEntries(segments: readonly EngineSegment[]): readonly Proposal[] {
  const proposals: Proposal[] = [];
  for (let at = 0; at < segments.length; at += RAISED_MAX) {
    const some = segments.slice(at, at + RAISED_MAX);
    const names = some.map(({ shard_name, segment_seq }) => ({ shard_name, segment_seq }));
    const [first] = some;
    if (first !== undefined) proposals.push(propose(nameOf(first), raiseSegments, names));
  }
  return proposals;
}
