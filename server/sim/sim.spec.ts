import { strict as assert } from 'node:assert';
import { randomInt } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { drawPlan } from './plan/schedule.ts';
import { explain } from './run/explain.ts';
import { runSeeds } from './run/seeds.ts';
import type { Summary } from './run/report.ts';
import { addReport, createSummary, formatMissing } from './run/report.ts';
import type { Report } from './run/run.ts';

const SEEDS = 100;

/** Enough to shrink most schedules, and far less than the time that the test has. */
const SHRINK_RUNS = 60;

/** The first is shrunk: the pool stops at a violation, and the sums are of fewer seeds. */
function describeFailures(failed: readonly Report[], summary: Summary): string {
  const [first, ...others] = failed.flatMap(({ seed, violation }) =>
    violation === undefined ? [] : [{ plan: drawPlan(seed, undefined), violation }],
  );
  return [
    ...(first === undefined ? [] : [explain(first.plan, first.violation, SHRINK_RUNS)]),
    ...others.map(({ plan, violation }) => explain(plan, violation, 0)),
    `${summary.runs} of ${SEEDS} seeds were run`,
  ].join('\n\n');
}

describe('a simulated cluster', () => {
  it(`keeps every property over ${SEEDS} fresh seeds`, async () => {
    const base = randomInt(2 ** 31);
    console.log(`      seeds ${base} to ${base + SEEDS - 1}`);
    const summary = createSummary();
    const failed: Report[] = [];
    await runSeeds({ base, count: SEEDS, members: undefined }, availableParallelism(), (report) => {
      addReport(summary, report);
      if (report.violation !== undefined) failed.push(report);
    });
    if (failed.length > 0) assert.fail(describeFailures(failed, summary));
    assert.equal(summary.runs, SEEDS);
    assert.equal(formatMissing(summary.coverage), undefined);
    assert.ok(summary.simulatedMs / SEEDS >= 120_000, 'runs are two minutes long');
    assert.ok(summary.messages / SEEDS >= 20_000, 'twenty thousand messages are sent per run');
    assert.ok(summary.operations / SEEDS >= 1_000, 'clients do a thousand operations per run');
    assert.ok(summary.leaderChanges / SEEDS >= 5, 'the leader changes five times per run');
    assert.ok(summary.jointChanges / SEEDS >= 2, 'members change twice per run');
    assert.ok(summary.snapshotInstalls / SEEDS >= 1, 'a snapshot is installed in every run');
  }).timeout(600_000);
});
