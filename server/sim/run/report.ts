/** What the simulator says, as text. */
import Table from 'cli-table3';
import type { Coverage, CoverageTable } from './coverage.ts';
import { addCoverage, coverageRows, createCoverage, missing, sumOf } from './coverage.ts';
import { replayOf } from './failure.ts';
import type { Investigation } from './investigate.ts';
import type { Report } from './run.ts';

/** Without colours: reports end up in files. */
const PLAIN = { head: [], border: [] };

/** Sums over many runs. */
export interface Summary {
  readonly coverage: Coverage;
  runs: number;
  simulatedMs: number;
  events: number;
  messages: number;
  operations: number;
  leaderChanges: number;
  jointChanges: number;
  snapshotInstalls: number;
  performed: number;
}

/** The sum of no runs. */
export const createSummary = (): Summary => ({
  coverage: createCoverage(),
  runs: 0,
  simulatedMs: 0,
  events: 0,
  messages: 0,
  operations: 0,
  leaderChanges: 0,
  jointChanges: 0,
  snapshotInstalls: 0,
  performed: 0,
});

/** Adds one run, its coverage included. */
export function addReport(summary: Summary, report: Report): void {
  addCoverage(summary.coverage, report.coverage);
  summary.runs += 1;
  summary.simulatedMs += report.simulatedMs;
  summary.events += report.events;
  summary.messages += report.messages;
  summary.operations += report.operations;
  summary.leaderChanges += report.leaderChanges;
  summary.jointChanges += report.jointChanges;
  summary.snapshotInstalls += report.snapshotInstalls;
  summary.performed += report.performed;
}

/** Seeds, hours, and means per seed; and whether fewer than the `asked` seeds were run. */
export function formatSummary(summary: Summary, asked: number, tookMs: number): string {
  const table = new Table({ head: ['', 'sum', 'per seed'], style: PLAIN });
  const row = (name: string, sum: number): void => {
    table.push([name, format(sum), format(sum / summary.runs)]);
  };
  row('seeds', summary.runs);
  row('simulated hours', summary.simulatedMs / 3_600_000);
  row('seconds taken', tookMs / 1_000);
  row('events', summary.events);
  row('messages', summary.messages);
  row('client operations', summary.operations);
  row('schedule actions', summary.performed);
  row('faults injected', sumOf(summary.coverage.fault));
  row('leader changes', summary.leaderChanges);
  row('joint changes', summary.jointChanges);
  row('snapshot installs', summary.snapshotInstalls);
  if (summary.runs >= asked) return table.toString();
  return `${table.toString()}\nstopped early: ${asked} seeds were asked for, ${summary.runs} run`;
}

/** How often each kind of thing was seen, table by table. */
export function formatCoverage(coverage: Coverage): string {
  const tables = new Map<CoverageTable, string[]>();
  for (const { table, row, count } of coverageRows(coverage)) {
    const cells = tables.get(table) ?? [];
    tables.set(table, cells);
    cells.push(`${row} ${count === 0 ? '0 !' : format(count)}`);
  }
  const text = new Table({ colWidths: [16, 100], wordWrap: true, style: PLAIN });
  for (const [name, cells] of tables) text.push([name, cells.join(', ')]);
  return text.toString();
}

/** What was never seen, as one line; `undefined` when nothing is missing. */
export function formatMissing(coverage: Coverage): string | undefined {
  const rows = missing(coverage).map(({ table, row }) => `${table} ${row}`);
  return rows.length === 0 ? undefined : `never seen: ${rows.join(', ')}`;
}

/** One line about one run. */
export const formatReport = (report: Report): string =>
  [
    `seed ${report.seed}`,
    `${report.members} members`,
    `${format(report.simulatedMs / 1_000)} simulated seconds`,
    `${report.messages} messages`,
    `${report.operations} operations`,
    `${report.leaderChanges} leader changes`,
    `${report.jointChanges} joint changes`,
    `${report.snapshotInstalls} snapshot installs`,
    `${report.performed} of ${report.actions} actions`,
  ].join(', ');

/** A violation, shrunk: what broke, what led to it, and how to see it again. */
export function formatInvestigation(found: Investigation, path: string): string {
  const { plan, violation, actionsBefore, runs, lines } = found;
  return [
    ...lines,
    '',
    `VIOLATION of "${violation.property}"`,
    `  ${violation.message}`,
    `  seed ${plan.seed}, ${plan.settings.members} members, at ${violation.atMs} ms`,
    `  members involved: ${violation.involved.join(', ') || 'none in particular'}`,
    `  ${actionsBefore} scheduled actions shrunk to ${plan.actions.length} in ${runs} runs`,
    `  schedule: ${path}`,
    `  replay: ${replayOf(path)}`,
  ].join('\n');
}

const format = (value: number): string =>
  value.toLocaleString('en-US', { maximumFractionDigits: 2 });
