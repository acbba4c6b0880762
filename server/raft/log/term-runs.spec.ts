import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { LogPosition } from '../ids.ts';
import { ORIGIN, toIndex, toTerm } from '../ids.ts';
import type { TermRun, TermRuns } from './term-runs.ts';
import {
  append,
  compactTo,
  createTermRuns,
  highestAtOrBelow,
  reset,
  termAt,
  truncateFrom,
} from './term-runs.ts';

const at = (index: number, term: number): LogPosition => ({
  index: toIndex(index),
  term: toTerm(term),
});

const run = (first: number, term: number): TermRun => ({
  first: toIndex(first),
  term: toTerm(term),
});

/** The terms from the base to one behind the end, for comparison at a glance. */
const termsOf = (runs: TermRuns): readonly (number | undefined)[] =>
  Array.from({ length: runs.last - runs.base.index + 2 }, (_, offset) =>
    termAt(runs, toIndex(runs.base.index + offset)),
  );

/** Index 10 is the base; terms 3 3 5 5 5 9 follow. */
const example = (): TermRuns =>
  createTermRuns(at(10, 3), [run(11, 3), run(13, 5), run(16, 9)], toIndex(16));

describe('termRuns', () => {
  it('knows the term of the base and of every entry behind it, and of nothing else', () => {
    assert.deepEqual(termsOf(example()), [3, 3, 3, 5, 5, 5, 9, undefined]);
    assert.equal(termAt(example(), toIndex(9)), undefined);
    assert.deepEqual(termsOf(createTermRuns(ORIGIN, [], toIndex(0))), [0, undefined]);
  });

  it('does not share the runs it was created from', () => {
    const found = [run(1, 1)];
    append(createTermRuns(ORIGIN, found, toIndex(1)), toIndex(2), toTerm(2));
    assert.deepEqual(found, [run(1, 1)]);
  });

  describe('refuses an outline of a log', () => {
    const cases: readonly [string, LogPosition, TermRun[], number, RegExp][] = [
      ['that ends before its base', at(10, 3), [], 9, /ends at or after its base/],
      ['with a gap behind its base', at(10, 3), [run(12, 3)], 12, /right after the base/],
      ['with entries and no runs', at(10, 3), [], 12, /right after the base/],
      ['with runs and no entries', at(10, 3), [run(11, 3)], 10, /right after the base/],
      ['with a run behind its end', at(10, 3), [run(11, 3), run(13, 4)], 12, /has an entry/],
      ['with an empty run', at(10, 3), [run(11, 3), run(11, 4)], 12, /has an entry/],
      ['whose term falls behind its base', at(10, 3), [run(11, 2)], 12, /terms rise/],
      ['whose term falls', at(10, 3), [run(11, 4), run(12, 3)], 12, /terms rise/],
      ['with two runs of a term', at(10, 3), [run(11, 4), run(12, 4)], 12, /terms rise/],
    ];
    for (const [name, base, runs, last, message] of cases) {
      it(name, () => {
        assert.throws(() => createTermRuns(base, runs, toIndex(last)), message);
      });
    }
  });

  it('appends to the newest run or begins one', () => {
    const runs = example();
    append(runs, toIndex(17), toTerm(9));
    append(runs, toIndex(18), toTerm(11));
    assert.deepEqual(runs.runs, [run(11, 3), run(13, 5), run(16, 9), run(18, 11)]);
    assert.throws(() => append(runs, toIndex(20), toTerm(11)), /no gaps/);
    assert.throws(() => append(runs, toIndex(18), toTerm(11)), /no gaps/);
    assert.throws(() => append(runs, toIndex(19), toTerm(10)), /terms never fall/);
  });

  it('truncates at any entry', () => {
    const runs = example();
    truncateFrom(runs, toIndex(17));
    truncateFrom(runs, toIndex(30));
    assert.deepEqual(runs, example(), 'nothing is there');
    truncateFrom(runs, toIndex(15));
    assert.deepEqual(termsOf(runs), [3, 3, 3, 5, 5, undefined]);
    truncateFrom(runs, toIndex(11));
    assert.deepEqual(runs, { base: at(10, 3), runs: [], last: 10 });
    assert.throws(() => truncateFrom(runs, toIndex(10)), /below its base/);
  });

  it('compacts to a position it has', () => {
    const runs = example();
    compactTo(runs, at(10, 3));
    assert.deepEqual(runs, example(), 'the base already');
    compactTo(runs, at(13, 5));
    assert.deepEqual(runs, { base: at(13, 5), runs: [run(14, 5), run(16, 9)], last: 16 });
    assert.throws(() => compactTo(runs, at(12, 3)), /a position it has/);
    assert.throws(() => compactTo(runs, at(15, 9)), /a position it has/);
    assert.throws(() => compactTo(runs, at(17, 9)), /a position it has/);
    compactTo(runs, at(16, 9));
    assert.deepEqual(runs, { base: at(16, 9), runs: [], last: 16 });
  });

  it('starts over behind another base', () => {
    const runs = example();
    reset(runs, at(40, 12));
    assert.deepEqual(runs, { base: at(40, 12), runs: [], last: 40 });
    append(runs, toIndex(41), toTerm(12));
    assert.deepEqual(termsOf(runs), [12, 12, undefined]);
  });

  describe('highestAtOrBelow', () => {
    const cases: readonly [string, number, number, LogPosition | undefined][] = [
      ['an entry of that very term', 14, 5, at(14, 5)],
      ['a whole term is skipped', 15, 4, at(12, 3)],
      ['several terms are skipped', 16, 4, at(12, 3)],
      ['an index behind the end', 99, 99, at(16, 9)],
      ['the base', 10, 3, at(10, 3)],
      ['below the base', 9, 3, undefined],
      ['a term below that of the base', 16, 2, undefined],
    ];
    for (const [name, index, term, expected] of cases) {
      it(name, () => {
        assert.deepEqual(highestAtOrBelow(example(), toIndex(index), toTerm(term)), expected);
      });
    }
  });

  it('does what a list of terms would do', () => {
    fc.assert(
      fc.property(fc.array(operations, { maxLength: 60 }), (steps) => {
        const runs = createTermRuns(ORIGIN, [], toIndex(0));
        const list: ListModel = { base: ORIGIN, terms: [] };
        for (const step of steps) {
          carryOut(runs, list, step);
          assertSame(runs, list);
        }
      }),
    );
  });
});

interface ListModel {
  base: LogPosition;
  /** Of the entries after the base. */
  terms: number[];
}

interface Operation {
  readonly kind: 'append' | 'truncate' | 'compact' | 'reset';
  readonly by: number;
}

const operations: fc.Arbitrary<Operation> = fc.record({
  kind: fc.constantFrom('append', 'append', 'append', 'append', 'truncate', 'compact', 'reset'),
  by: fc.nat({ max: 4 }),
});

const lastOf = ({ base, terms }: ListModel): LogPosition =>
  at(base.index + terms.length, terms.at(-1) ?? base.term);

function carryOut(runs: TermRuns, list: ListModel, { kind, by }: Operation): void {
  const { base, terms } = list;
  const last = lastOf(list);
  switch (kind) {
    case 'append': {
      const term = last.term + Math.max(0, by - 2);
      terms.push(term);
      append(runs, toIndex(last.index + 1), toTerm(term));
      return;
    }
    case 'truncate': {
      const kept = Math.max(0, terms.length - by);
      terms.length = kept;
      truncateFrom(runs, toIndex(base.index + kept + 1));
      return;
    }
    case 'compact': {
      const gone = Math.min(by, terms.length);
      list.base = at(base.index + gone, terms[gone - 1] ?? base.term);
      list.terms = terms.slice(gone);
      compactTo(runs, list.base);
      return;
    }
    case 'reset':
      list.base = at(last.index + by, last.term + by);
      list.terms = [];
      reset(runs, list.base);
      return;
  }
}

function assertSame(runs: TermRuns, list: ListModel): void {
  const { base, terms } = list;
  const positions = [base, ...terms.map((term, offset) => at(base.index + offset + 1, term))];
  const last = lastOf(list);
  assert.deepEqual(createTermRuns(runs.base, runs.runs, runs.last), runs, 'still a valid outline');
  assert.deepEqual(runs.base, base);
  assert.equal(runs.last, last.index);
  for (let index = Math.max(0, base.index - 2); index <= last.index + 2; index += 1) {
    const expected = positions.find((position) => position.index === index);
    assert.equal(termAt(runs, toIndex(index)), expected?.term);
    for (let term = Math.max(0, base.term - 1); term <= last.term + 1; term += 1) {
      assert.deepEqual(
        highestAtOrBelow(runs, toIndex(index), toTerm(term)),
        positions.findLast((position) => position.index <= index && position.term <= term),
      );
    }
  }
}
