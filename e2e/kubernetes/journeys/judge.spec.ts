import assert from 'node:assert/strict';
import type { RobustMQCluster } from '../../../operator/api/cluster.ts';
import type { History } from '../recorders/history.ts';
import type { Expected } from './journey.ts';
import { judge } from './judge.ts';
import type { Seen } from './stage.ts';

const HISTORY: History = {
  operations: [],
  lost: [],
  writeMomentsMs: { members: [0, 100, 200], service: [0, 150] },
  failedWrites: [],
  counts: { acknowledged: 5, read: 0, failed: new Map() },
};

const CREATED_MS = 150;
const failedAt = (atMs: number): Partial<History> => ({
  failedWrites: [{ way: 'service', atMs, why: 'no attempt is left' }],
});

/** The resource with these members, which says this; `true` at a type if it is so. */
const seen = (ids: readonly number[], type: string, reason: string, status = 'True'): Seen => ({
  atMs: 0,
  cluster: {
    status: {
      members: ids.map((id) => ({ id })),
      conditions: [{ type, reason, status, message: 'm' }],
    },
  } as RobustMQCluster,
});

const SEEN = [
  seen([1], 'Progressing', 'Bootstrapping'),
  seen([1, 2, 3], 'Ready', 'AllMembersReady'),
  seen([1, 2, 3, 4], 'Progressing', 'ReplacingMember'),
  seen([1, 3, 4], 'Ready', 'AllMembersReady'),
];
const NO_QUORUM = seen([1, 2, 3, 4], 'Available', 'NoLeader', 'False');
const EXPECTED: Expected = {
  reasons: ['ReplacingMember', 'AllMembersReady'],
  ...{ joins: 1, leaves: 1, gapMsMax: 200 },
};

const CASES: readonly {
  readonly what: string;
  readonly expected?: Partial<Expected>;
  readonly history?: Partial<History>;
  readonly seen?: readonly Seen[];
  readonly says: readonly string[];
}[] = [
  { what: 'nothing against what should be', says: [] },
  { what: 'a write that is lost', history: { lost: ['once/a'] }, says: ['once/a'] },
  { what: 'a gap in one way', expected: { gapMsMax: 120 }, says: ['no write for 150 ms'] },
  {
    what: 'nothing against a gap by the Service that may be longer there',
    expected: { gapMsMax: 120, serviceGapMsMax: 150 },
    says: [],
  },
  {
    what: 'no writes at all',
    history: { writeMomentsMs: { members: [0, 1], service: [] } },
    says: ['no write for Infinity ms'],
  },
  {
    what: 'a write that failed',
    expected: { faultless: true },
    history: failedAt(CREATED_MS + 1),
    says: ['by service: no attempt is left'],
  },
  {
    what: 'nothing against one that was tried before the cluster was there',
    expected: { faultless: true },
    history: failedAt(CREATED_MS),
    says: [],
  },
  {
    what: 'nothing against one where writes may fail',
    history: failedAt(CREATED_MS + 1),
    says: [],
  },
  { what: 'an identity too many', expected: { joins: 0 }, says: ['1 came (4), not 0'] },
  { what: 'one that did not go', expected: { leaves: 2 }, says: ['1 went (2), not 2'] },
  {
    what: 'one that came and went',
    seen: [...SEEN.slice(0, 3), seen([1, 3, 4, 5], 'Ready', 'AllMembersReady'), ...SEEN.slice(3)],
    says: ['2 came (4,5), not 1', '2 went (2,5), not 1'],
  },
  {
    what: 'nothing against one that came and went where one may',
    expected: { passing: 1 },
    seen: [...SEEN.slice(0, 3), seen([1, 3, 4, 5], 'Ready', 'AllMembersReady'), ...SEEN.slice(3)],
    says: [],
  },
  {
    what: 'one that came, and stays, where one may come and go',
    expected: { passing: 1 },
    seen: [...SEEN, seen([1, 3, 4, 5], 'Ready', 'AllMembersReady')],
    says: ['2 came (4,5), not 1'],
  },
  {
    what: 'a moment without a quorum',
    expected: { available: 'throughout' },
    seen: [...SEEN.slice(0, 3), NO_QUORUM, ...SEEN.slice(3)],
    says: ['NoLeader: m'],
  },
  {
    what: 'nothing against the time before the cluster was there',
    expected: { available: 'throughout' },
    seen: [NO_QUORUM, ...SEEN.slice(1)],
    says: [],
  },
  {
    what: 'a quorum that was there when there cannot have been one',
    expected: { available: 'interrupted' },
    says: ['it was Available all the time'],
  },
  {
    what: 'nothing against a quorum that was lost as it should be',
    expected: { available: 'interrupted' },
    seen: [...SEEN.slice(0, 3), NO_QUORUM, ...SEEN.slice(3)],
    says: [],
  },
  {
    what: 'reasons out of their order',
    expected: { reasons: ['ReplacingMember', 'Bootstrapping'] },
    says: ['Bootstrapping was not said, or not in its turn'],
  },
  {
    what: 'a reason that must not be given',
    expected: { never: ['ReplacingMember'] },
    says: ['ReplacingMember was said'],
  },
  {
    what: 'a condition that must not hold',
    seen: [...SEEN, seen([1, 3, 4], 'Stalled', 'VolumeLost')],
    says: ['Stalled: VolumeLost: m'],
  },
  {
    what: 'not one that is expected',
    expected: { stalls: true },
    seen: [...SEEN, seen([1, 3, 4], 'Stalled', 'VolumeLost')],
    says: [],
  },
  {
    what: 'that it never stalled, where a person is needed',
    expected: { stalls: true },
    says: ['it was never Stalled'],
  },
  {
    what: 'not one that does not hold',
    seen: [...SEEN, seen([1, 3, 4], 'Stalled', 'AllMembersReady', 'False')],
    says: [],
  },
];

describe('the judge of journeys', () => {
  for (const { what, expected, history, seen: all = SEEN, says } of CASES) {
    it(`finds ${what}`, () => {
      const findings = judge(
        { ...EXPECTED, ...expected },
        { seen: all, created: 2, createdMs: CREATED_MS, history: { ...HISTORY, ...history } },
        () => 'linearizable',
      );
      assert.deepEqual(
        findings.flatMap(({ contradictions }) => contradictions),
        says,
      );
    });
  }
});
