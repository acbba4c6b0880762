import assert from 'node:assert/strict';
import { kneeOf, kneeTargets, ladderTable, p99MsAt, type Rung } from './ladder.ts';

const rung = (perSecond: number | undefined, reached: number, p99Ms: number): Rung => ({
  perSecond,
  reached,
  result: { p50Us: 1_000, p99Us: 1_000 * p99Ms, maxUs: 90_000, errors: {} },
});

describe('A ladder of rates', () => {
  const rungs = [
    rung(1_000, 1_000, 5),
    rung(2_000, 1_990, 20),
    rung(3_000, 3_000, 21),
    rung(4_000, 3_900, 12),
    rung(undefined, 4_100, 15),
  ];

  it('has its knee at the highest rate that is kept within the limit', () => {
    assert.equal(kneeOf(rungs, 20), 2_000);
    assert.equal(kneeOf(rungs, 30), 3_000);
    assert.equal(kneeOf(rungs, 5), 1_000);
  });

  it('tells the knee with the limit, and without', () => {
    const told = kneeTargets({ what: 'Offsets', unit: 'calls/s' }, rungs, 4);
    assert.deepEqual(
      told.map(({ what, measured }) => [what, measured]),
      [
        ['Offsets, knee', 3_000],
        ['Offsets, knee within 4 ms', NaN],
      ],
    );
  });

  it('has no knee when nothing is kept', () => {
    assert.equal(kneeOf(rungs, 4), NaN);
  });

  it('has no latency at a rate that was not reached, or not offered', () => {
    assert.equal(p99MsAt(rungs, 3_000), 21);
    assert.equal(p99MsAt(rungs, 4_000), NaN);
    assert.equal(p99MsAt(rungs, 5_000), NaN);
  });

  it('shows what is kept', () => {
    assert.deepEqual(
      ladderTable('Offsets', rungs, 20, '').rows.map((row) => [row[0], row[1], row[3], row[6]]),
      [
        ['1,000', '1,000', '5.00', 'yes'],
        ['2,000', '1,990', '20.00', 'yes'],
        ['3,000', '3,000', '21.00', 'no'],
        ['4,000', '3,900', '12.00', 'no'],
        ['all', '4,100', '15.00', '–'],
      ],
    );
  });
});
