import { segment } from '../../state/registry/shard.ts';
import { describeProperty } from './cases.contract.ts';
import { leaderInSync } from './leader-in-sync.ts';
import { changed, createLife, put, removed, segmentWith } from './testing/broker-observations.ts';

const first = changed(1, put(segment, segmentWith()));
const then = (change: Parameters<typeof segmentWith>[0]) =>
  changed(2, put(segment, segmentWith(change)));

describeProperty(leaderInSync, {
  breaks: {
    'a leader that is not in sync': [first, then({ leader: 2n, isr: [1n] })],
    'a segment that can be written to and has nobody in sync': [first, then({ isr: [] })],
    'a segment that is back under a leader that is gone': [
      first,
      then({ isr: [], status: 'Unavailable' }),
      changed(3, put(segment, segmentWith())),
    ],
    'who is in sync without being a replica': [first, then({ isr: [1n, 3n] })],
  },
  holds: {
    'a segment that has lost all of its replicas': [
      first,
      then({ isr: [], status: 'Unavailable' }),
    ],
    'a segment that is back with its leader': [
      first,
      then({ isr: [], status: 'Unavailable' }),
      createLife().registers(3),
      changed(4, put(segment, segmentWith())),
    ],
    'a segment that is deleted': [first, changed(2, removed(segment, segmentWith()))],
    'an entry that is applied again': [
      first,
      then({ leader: 2n, isr: [2n] }),
      { ...first, atMs: 3 },
    ],
  },
});
