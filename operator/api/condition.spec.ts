import { deepStrictEqual } from 'node:assert/strict';
import { mergeConditions } from './condition.ts';

describe('mergeConditions', () => {
  const before = [
    {
      type: 'Ready',
      status: 'True' as const,
      observedGeneration: 1,
      lastTransitionTime: '2026-01-01T00:00:00Z',
      reason: 'AllMembersReady',
      message: '',
    },
  ];
  const now = '2026-01-02T00:00:00Z';

  it('keeps the time while the status is the same, and names the generation', () => {
    const merged = mergeConditions(
      before,
      [{ type: 'Ready', status: 'True', reason: 'RollingOut', message: 'x' }],
      2,
      now,
    );
    deepStrictEqual(merged, [
      { ...before[0]!, observedGeneration: 2, reason: 'RollingOut', message: 'x' },
    ]);
  });

  it('takes the time of a change, and drops what is decided no more', () => {
    const merged = mergeConditions(
      before,
      [{ type: 'Stalled', status: 'False', reason: 'AllMembersReady', message: '' }],
      2,
      now,
    );
    deepStrictEqual(
      merged.map(({ type, lastTransitionTime }) => [type, lastTransitionTime]),
      [['Stalled', now]],
    );
  });
});
