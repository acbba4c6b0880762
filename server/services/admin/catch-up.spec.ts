import assert from 'node:assert/strict';
import { toIndex, toMemberId } from '../../raft/ids.ts';
import { illnessOf, lagOf } from './catch-up.ts';
import type { Peer } from './catch-up.ts';

const well: Peer = {
  id: toMemberId(2),
  match: toIndex(1_000),
  state: 'replicate',
  recent: true,
  regressed: false,
  reports: [],
};

describe('A member', () => {
  for (const [what, peer, illness] of [
    ['that answers is healthy', well, undefined],
    ['nobody spoke to is not', undefined, 'nothing is known of it yet'],
    [
      'not heard from is not',
      { ...well, recent: false },
      'not heard from within an election timeout',
    ],
    [
      'that lost entries is not, though it answers',
      { ...well, regressed: true },
      'its directory was put back to an older copy',
    ],
    ['that gets a snapshot is healthy', { ...well, state: 'snapshot' }, undefined],
  ] as const) {
    it(what, () => assert.equal(illnessOf(peer), illness));
  }

  for (const [what, peer, lag] of [
    ['has caught up with all entries', { ...well, match: toIndex(1_250) }, undefined],
    ['has caught up with all but 250', well, undefined],
    [
      'has not with one less',
      { ...well, match: toIndex(999) },
      '251 entries behind, at 999 of 1250; at most 250 are allowed',
    ],
    ['has caught up beyond the commit index', { ...well, match: toIndex(1_300) }, undefined],
    [
      'has not while it gets a snapshot',
      { ...well, state: 'snapshot' },
      'it is being sent a snapshot, 250 entries behind, at 1000 of 1250',
    ],
    [
      'has not while its log is compared',
      { ...well, state: 'probe' },
      'its log is being compared, 250 entries behind, at 1000 of 1250',
    ],
    [
      'has not when it is ill',
      { ...well, recent: false },
      'not heard from within an election timeout, 250 entries behind, at 1000 of 1250',
    ],
    ['has not when nothing is known of it', undefined, 'nothing is known of it yet'],
  ] as const) {
    it(what, () => assert.equal(lagOf(1_250, peer), lag));
  }
});
