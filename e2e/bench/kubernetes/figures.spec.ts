import assert from 'node:assert/strict';
import { FIGURES, foundIn, journeyThrough, tableOf } from './figures.ts';

const leg = (at: number) => ({ words: '', tookMs: at * 1_000, gapMs: at });
const named = (...names: string[]) => FIGURES.filter(({ name }) => names.includes(name));

describe('figures of clusters in Kubernetes', () => {
  it('are found in the legs of their journey', () => {
    const chosen = named('create', 'scale', 'delete', 'roll');
    const { steps } = journeyThrough(chosen);
    const legs = steps.filter(({ does }) => does !== 'settle').length + 1;
    const found = foundIn(
      chosen,
      Array.from({ length: legs }, (_, at) => leg(at + 1)),
    );
    // After the third leg, which scales back.
    assert.deepEqual([...found.values()], [1_000, 2_000, 2, 4, 5_000, 5]);
  });

  it('hold their targets by their medians', () => {
    const chosen = named('delete');
    const [what = ''] = chosen.flatMap(({ measures }) => measures.map((each) => each.what));
    const rows = (...values: number[]) =>
      tableOf(
        chosen,
        values.map((value) => new Map([[what, value]])),
      ).rows.map(([, ...cells]) => cells);
    assert.deepEqual(rows(100, 300, 900), [['0.30', '0.30', '0.90', 'yes']]);
    assert.deepEqual(rows(100, 310, 900), [['0.30', '0.31', '0.90', 'missed']]);
    assert.deepEqual(rows(100, NaN, 900)[0]?.at(-1), 'missed');
  });

  it('count members that come and go', () => {
    const { joins, leaves } = journeyThrough(FIGURES).expected;
    assert.deepEqual([joins, leaves], [3, 3]);
  });
});
