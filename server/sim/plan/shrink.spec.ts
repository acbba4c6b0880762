import { strict as assert } from 'node:assert';
import { investigate } from '../run/investigate.ts';
import { formatPlan, parsePlan } from './plan-file.ts';
import { createPrng } from '../prng.ts';
import type { Property } from '../properties/property.ts';
import { Violation } from '../properties/property.ts';
import { formatInvestigation } from '../run/report.ts';
import { runPlan } from '../run/run.ts';
import { drawPlan } from './schedule.ts';
import { shrink } from './shrink.ts';

const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, at) => at);

/** A list that fails needs all of itself, as far as anybody can tell. */
const when =
  (fails: (kept: readonly number[]) => boolean) =>
  (kept: readonly number[]): readonly number[] | undefined =>
    fails(kept) ? kept : undefined;

describe('shrinking a list', () => {
  it('finds the few items that matter', () => {
    const { items } = shrink(
      upTo(64),
      String,
      when((kept) => [3, 31, 60].every((one) => kept.includes(one))),
      { runsMax: 1_000 },
    );
    assert.deepEqual(items, [3, 31, 60]);
  });

  it('keeps only what a failure came after', () => {
    const asked: number[] = [];
    const failing = (kept: readonly number[]): readonly number[] | undefined => {
      asked.push(kept.length);
      return kept.includes(9) ? kept.filter((one) => one <= 9) : undefined;
    };
    assert.deepEqual(shrink(upTo(64), () => 'one', failing, { runsMax: 1_000 }).items, [9]);
    assert.ok(
      asked.every((count, at) => at < 4 || count < 10),
      'later items are not tried again',
    );
  });

  it('tries first whether nothing is needed, then drops whole groups', () => {
    const groupOf = (one: number): string => (one % 2 === 0 ? 'even' : 'odd');
    const asked: number[] = [];
    const fails = (kept: readonly number[]): boolean => {
      asked.push(kept.length);
      return kept.includes(7);
    };
    assert.deepEqual(shrink(upTo(64), groupOf, when(fails), { runsMax: 1_000 }).items, [7]);
    assert.deepEqual(asked.slice(0, 2), [0, 32]);
  });

  it('drops random halves when the failure hangs by a thread', () => {
    // Whether it fails looks like chance, one time in eight.
    const fails = (kept: readonly number[]): boolean =>
      createPrng(kept.reduce((sum, one) => sum * 31 + one, 7) % 2 ** 31, 'thread').chance(1 / 8);
    assert.ok(shrink(upTo(100), () => 'one', when(fails), { runsMax: 400 }).items.length <= 50);
  });

  it('leaves nothing when nothing matters, and everything when everything does', () => {
    assert.deepEqual(
      shrink(
        upTo(10),
        String,
        when(() => true),
        { runsMax: 1_000 },
      ).items,
      [],
    );
    assert.deepEqual(
      shrink(
        upTo(10),
        String,
        when(() => false),
        { runsMax: 1_000 },
      ).items,
      upTo(10),
    );
  });

  it('stops when it is short enough', () => {
    const limits = { runsMax: 1_000, enough: 32 };
    const shrunk = shrink(
      upTo(64),
      () => 'one',
      when((kept) => kept.includes(7)),
      limits,
    );
    assert.equal(shrunk.items.length, 32);
    assert.ok(shrunk.runs < 6);
  });

  it('stops after so many runs', () => {
    let runs = 0;
    const fails = (): boolean => (runs += 1) < 0;
    assert.equal(shrink(upTo(1_000), String, when(fails), { runsMax: 20 }).runs, 20);
    assert.equal(runs, 20);
  });
});

describe('investigating a violation', () => {
  /** Planted: holds until the third process was stopped, one of them by a crash of its directory's second start. */
  const planted: Property = {
    name: 'planted',
    source: 'this spec',
    watch() {
      let stops = 0;
      return (observation) => {
        if (observation.kind !== 'stopped') return;
        stops += 1;
        if (stops < 3 || observation.actor.incarnation < 2) return;
        throw new Violation('planted', 'three were stopped', [observation.actor.directory]);
      };
    },
  };
  const properties = [planted];

  it('shrinks what comes up to it to at most half, which still fails when read back from its file', () => {
    const plan = drawPlan(5, 3);
    const { violation } = runPlan(plan, { properties });
    assert.equal(violation?.property, 'planted');

    const found = investigate(plan, violation, { runsMax: 100 }, properties);
    const before = plan.actions.filter(({ atMs }) => atMs <= violation.atMs);
    assert.ok(before.length < plan.actions.length);
    assert.equal(found.actionsBefore, before.length);
    assert.ok(found.plan.actions.length * 2 <= before.length);
    assert.ok(found.plan.actions.every(({ atMs }) => atMs <= found.violation.atMs));
    assert.ok(found.plan.actions.length >= 2);

    const file = formatPlan(found.plan, found.violation);
    const replayed = parsePlan(file);
    assert.equal(formatPlan(replayed, found.violation), file);
    assert.deepEqual(runPlan(replayed, { properties }).violation, found.violation);
  }).timeout(180_000);

  it('reports what broke, what led to it, and how to see it again', () => {
    const plan = drawPlan(5, 3);
    const { violation } = runPlan(plan, { properties });
    assert.ok(violation);
    const found = investigate(plan, violation, { runsMax: 0 }, properties);
    const text = formatInvestigation(found, 'failures/x.json');
    assert.match(text, /VIOLATION of "planted"/);
    assert.match(text, /seed 5, 3 members, at [\d.]+ ms/);
    assert.match(text, /replay: npm run sim -- --replay failures\/x\.json/);
    assert.ok(found.lines.some((line) => line.includes(found.violation.involved[0]!)));
  });

  it('refuses a file that is no plan', () => {
    assert.throws(() => parsePlan('{"seed": 1}'), /not a plan file/);
  });
});
