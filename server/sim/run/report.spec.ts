import { strict as assert } from 'node:assert';
import { drawPlan } from '../plan/schedule.ts';
import { replayOf } from './failure.ts';
import { addReport, createSummary, formatFailure, formatSummary } from './report.ts';
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

  it('says nothing of it when all were run', () => {
    assert.doesNotMatch(formatSummary(summary, 1, 1_000), /stopped early/);
  });
});

describe('a failure', () => {
  it('names property, seed, time, file and the command that replays it', () => {
    const violation = { property: 'p', message: 'why', atMs: 12.5, involved: [] };
    const path = 'failures/seed-7-5.json';
    assert.equal(
      formatFailure({ ...report, seed: 7, members: 5, events: 90, violation }, violation, path),
      [
        'VIOLATION of "p"',
        '  why',
        '  seed 7, 5 members, at 12.5 ms, event 90',
        '  schedule: failures/seed-7-5.json',
        `  replay: ${replayOf(path)}`,
        '  shrink: npm run sim -- --seed 7',
      ].join('\n'),
    );
  });
});
