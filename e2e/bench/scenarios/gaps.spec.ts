import assert from 'node:assert/strict';
import { gapAfter } from './gaps.ts';

describe('The gap of a writer', () => {
  const gaps = [
    { startMs: 100, gapMs: 500 },
    { startMs: 1_000, gapMs: 30 },
    { startMs: 2_000, gapMs: 90 },
    { startMs: 3_000, gapMs: 25 },
  ];
  const cases: readonly [what: string, atMs: number, gapMs: number][] = [
    ['is the longest one after the event', 1_500, 90],
    ['may have begun before it', 2_050, 90],
    ['is none that was over', 2_500, 25],
    ['is 0 when nothing was noticed', 4_000, 0],
  ];
  for (const [what, atMs, gapMs] of cases) {
    it(what, () => assert.equal(gapAfter(gaps, atMs), gapMs));
  }
});
