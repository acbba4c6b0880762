import assert from 'node:assert/strict';
import type { PushRung, RunResult } from '../loadgen.ts';
import { isKept } from './ladder.ts';
import { rungOf } from './pushes.ts';

const result = (ops: number, errors: RunResult['errors'] = {}): RunResult => ({
  ...{ ops, seconds: 10.2, opsPerSecond: ops / 10.2 },
  ...{ p50Us: 1_000, p90Us: 2_000, p99Us: 150_000, maxUs: 180_000 },
  errors,
});

const rung = (of: Partial<PushRung>): PushRung => ({
  perSecond: 250,
  changes: 2_500,
  missing: 0,
  arrivals: result(500_000),
  replies: result(2_500),
  ...of,
});

describe('A rate of changes', () => {
  it('is kept when all of them have arrived in time, however late the last reply is', () => {
    assert.equal(isKept(rungOf(rung({})), 200), true);
    assert.equal(isKept(rungOf(rung({})), 149), false);
  });

  it('is not kept when one has not arrived', () => {
    assert.equal(isKept(rungOf(rung({ missing: 1 })), 200), false);
  });

  it('is not kept when many failed', () => {
    const failed = rung({ changes: 2_400, replies: result(2_400, { Unavailable: 100 }) });
    assert.equal(isKept(rungOf(failed), 200), false);
  });
});
