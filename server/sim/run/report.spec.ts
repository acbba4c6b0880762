import { strict as assert } from 'node:assert';
import { drawPlan } from '../plan/schedule.ts';
import { addReport, createSummary, formatSummary } from './report.ts';
import type { Report } from './run.ts';
import { runPlan } from './run.ts';

const report: Report = runPlan({ ...drawPlan(1, 1), actions: [] });

describe('a summary', () => {
  const summary = createSummary();
  addReport(summary, report);

  it('says so when fewer seeds were run than asked for', () => {
    assert.match(
      formatSummary(summary, 3, 1_000),
      /\nstopped early: 3 seeds were asked for, 1 run$/,
    );
  });

  it('counts every fault, message losses among them', () => {
    const { fault } = createSummary().coverage;
    const faults = { ...fault, messageLost: 1_200, diskFull: 30, blackout: 4 };
    const some = { ...createSummary(), coverage: { ...summary.coverage, fault: faults } };
    assert.match(formatSummary(some, 0, 1_000), /faults injected +│ 1,234 /);
  });

  it('says nothing of it when all were run', () => {
    assert.doesNotMatch(formatSummary(summary, 1, 1_000), /stopped early/);
  });
});
