/** What the demonstration does to its cluster. */
import type { Journey } from '../kubernetes/journeys/journey.ts';

/** A leader that ends without a word; a broker tries three times, and then again. */
const GAP_MS_MAX = 5_000;

/** @param own whether the cluster is ours, so that we may kill processes of its nodes. */
export const demoJourney = (own: boolean): Journey => ({
  name: 'demo',
  steps: [
    { does: 'write', writes: 100 },
    { does: 'scale', to: 5 },
    { does: 'settle' },
    { does: own ? 'kill' : 'delete-pods', whose: 'leader' },
    { does: 'settle' },
    { does: 'lose-volumes', whose: 'follower' },
    { does: 'settle' },
    { does: 'write', writes: 100 },
  ],
  expected: {
    reasons: ['ScalingOut', 'ReplacingMember', 'AllMembersReady'],
    ...{ joins: 3, leaves: 1 },
    gapMsMax: GAP_MS_MAX,
  },
});
