/** `npm run sim`: runs seeds of the simulator, or replays a schedule. See `--help`. */
import { randomInt } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { SingleBar } from 'cli-progress';
import { Command, InvalidArgumentError, Option } from 'commander';
import { missing } from './run/coverage.ts';
import { explain } from './run/explain.ts';
import { investigate } from './run/investigate.ts';
import { parsePlan } from './plan/plan-file.ts';
import { runSeeds } from './run/seeds.ts';
import {
  addReport,
  createSummary,
  formatCoverage,
  formatInvestigation,
  formatMissing,
  formatReport,
  formatSummary,
} from './run/report.ts';
import type { Report } from './run/run.ts';
import { runPlan } from './run/run.ts';
import type { Plan } from './plan/schedule.ts';
import { drawPlan } from './plan/schedule.ts';
import { MEMBERS_MAX } from './plan/settings.ts';
import { createFullTrace } from './run/trace.ts';

/** Over so many seeds every row of the coverage must have been seen. */
const COVERAGE_SEEDS = 100;

interface Flags {
  readonly seed?: number;
  readonly seeds?: number;
  readonly base?: number;
  readonly members?: number;
  readonly replay?: string;
  readonly trace?: string;
  readonly workers: number;
  readonly shrinkRuns: number;
}

const program = new Command('sim')
  .description(
    'Simulates a cluster with clients, an operator and every fault there is, from a seed alone.',
  )
  .addOption(new Option('--seed <n>', 'run this seed').argParser(counting))
  .addOption(
    new Option('--seeds <n>', 'run so many seeds, on all cores')
      .argParser(positive)
      .conflicts(['seed', 'replay', 'trace']),
  )
  .addOption(new Option('--base <n>', 'first of the seeds (default: random)').argParser(counting))
  .addOption(
    new Option(
      '--members <n>',
      `voters at the beginning (default: 1 to ${MEMBERS_MAX}, as the seed says)`,
    ).argParser(counting),
  )
  .addOption(
    new Option('--replay <file>', 'run the schedule in a file').conflicts([
      'seed',
      'base',
      'members',
    ]),
  )
  .addOption(new Option('--trace <file>', 'write every event of the run to a file'))
  .addOption(
    new Option('--workers <n>', 'threads for --seeds')
      .argParser(positive)
      .default(availableParallelism()),
  )
  .addOption(
    new Option('--shrink-runs <n>', 'most runs spent on shrinking')
      .argParser(counting)
      .default(200),
  )
  .parse();

const flags = program.opts<Flags>();
if (flags.members !== undefined && (flags.members < 1 || flags.members > MEMBERS_MAX)) {
  program.error(`error: --members is 1 to ${MEMBERS_MAX}`);
}
process.exitCode = (await main(flags)) ? 0 : 1;

function main({ replay, seed, seeds, base, members }: Flags): boolean | Promise<boolean> {
  if (replay !== undefined) return runOne(readPlan(replay), replay);
  const first = seed ?? base ?? randomInt(2 ** 31);
  return seeds === undefined ? runOne(drawPlan(first, members)) : runMany(first, seeds);
}

function readPlan(file: string): Plan {
  try {
    return parsePlan(readFileSync(file, 'utf8'));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return program.error(`error: --replay ${file}: ${why}`);
  }
}

/** Runs one plan; false after a violation. */
function runOne(plan: Plan, file?: string): boolean {
  const trace = flags.trace === undefined ? undefined : createFullTrace();
  const report = runPlan(plan, trace === undefined ? {} : { trace });
  console.log(formatReport(report));
  console.log(formatCoverage(report.coverage));
  if (flags.trace !== undefined && trace !== undefined) writeFileSync(flags.trace, trace.text());
  if (report.violation === undefined) return true;
  show(plan, report, file);
  return false;
}

/** Runs many seeds; false after a violation, or when something was never seen. */
async function runMany(base: number, count: number): Promise<boolean> {
  const { members, workers } = flags;
  console.log(`seeds ${base} to ${base + count - 1}, ${members ?? `1 to ${MEMBERS_MAX}`} members`);
  const summary = createSummary();
  const startedMs = performance.now();
  const bar = process.stderr.isTTY ? new SingleBar({ etaBuffer: 100 }) : undefined;
  bar?.start(count, 0);
  let failed: Report | undefined;
  await runSeeds({ base, count, members }, workers, (report) => {
    addReport(summary, report);
    if (report.violation !== undefined) failed ??= report;
    bar?.increment();
  });
  bar?.stop();
  console.log(formatCoverage(summary.coverage));
  console.log(formatSummary(summary, count, performance.now() - startedMs));
  if (failed !== undefined) {
    show(drawPlan(failed.seed, members), failed);
    return false;
  }
  const unseen = formatMissing(summary.coverage);
  if (unseen !== undefined) console.log(unseen);
  return count < COVERAGE_SEEDS || missing(summary.coverage).length === 0;
}

/** Shrinks the schedule, unless it came from a file, and says what happened. */
function show(plan: Plan, { violation }: Report, file?: string): void {
  if (violation === undefined) return;
  console.log(`seed ${plan.seed} violates "${violation.property}"; shrinking its schedule …`);
  console.log(
    file === undefined
      ? explain(plan, violation, flags.shrinkRuns)
      : formatInvestigation(investigate(plan, violation, { runsMax: 0 }), file),
  );
}

function counting(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new InvalidArgumentError('expected a whole number from 0 to 2^53 − 1.');
  }
  return value;
}

function positive(text: string): number {
  const value = counting(text);
  if (value === 0) throw new InvalidArgumentError('expected 1 or more.');
  return value;
}
