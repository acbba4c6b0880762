/**
 * `npm run sim:mutants`: puts known bugs back in, one at a time, and lets the simulator find each.
 * A check that never failed is not trusted. Exit status 1 if a bug survives or is caught by what is
 * not to catch it, if a schedule that shows one cannot be shrunk to half, if the code as it is shows
 * something, or if all of it takes too long. See `--help`.
 */
import { availableParallelism } from 'node:os';
import Table from 'cli-table3';
import { Command, InvalidArgumentError, Option } from 'commander';
import { MUTANTS } from './all.ts';
import type { Hunt } from './hunt.ts';
import { goOnHunts, type Trophy } from './hunters.ts';
import { problemOf } from './problem.ts';

/** A hunt that takes longer has met something that never ends. */
const TIMEOUT_MS = 15 * 60_000;

interface Flags {
  readonly only?: readonly string[];
  readonly seeds: number;
  readonly base: number;
  readonly control: number;
  readonly jobs: number;
  readonly shrinkRuns: number;
  readonly minutes: number;
}

const flags = new Command('sim:mutants')
  .description('Puts known bugs back in, one at a time, and lets the simulator find each.')
  .addOption(new Option('--only <name...>', 'these bugs only; "none": the code as it is only'))
  .addOption(count('--seeds <n>', 'most seeds per bug', 500))
  .addOption(count('--base <n>', 'the first seed', 1))
  .addOption(count('--control <n>', 'seeds for the code as it is', 500))
  .addOption(count('--jobs <n>', 'threads', availableParallelism()))
  .addOption(count('--shrink-runs <n>', 'most runs spent on shrinking one schedule', 80))
  .addOption(count('--minutes <n>', 'most minutes for all of it', 20))
  .parse()
  .opts<Flags>();

process.exitCode = (await main(flags)) ? 0 : 1;

async function main({
  only,
  seeds,
  base,
  control,
  jobs,
  shrinkRuns,
  minutes,
}: Flags): Promise<boolean> {
  const unknown = only?.filter(
    (name) => name !== 'none' && !MUTANTS.some((mutant) => mutant.name === name),
  );
  if (unknown !== undefined && unknown.length > 0) {
    console.error(`error: no such bug: ${unknown.join(', ')}; there are:`);
    for (const { name, description } of MUTANTS) console.error(`  ${name}: ${description}`);
    return false;
  }
  const wanted = MUTANTS.filter(({ name }) => only?.includes(name) ?? true);
  console.log(`${wanted.length} bugs, seeds from ${base} on, ${seeds} at most, ${jobs} threads`);
  const hunts: Hunt[] = [
    { mutant: undefined, base, seeds: control, shrinkRuns },
    ...wanted.map(({ name }) => ({ mutant: name, base, seeds, shrinkRuns })),
  ];
  const startedMs = performance.now();
  const trophies: Trophy[] = [];
  await goOnHunts(hunts, jobs, TIMEOUT_MS, (trophy) => {
    trophies.push(trophy);
    console.log(announce(trophy));
  });
  trophies.sort((a, b) => hunts.indexOf(a.hunt) - hunts.indexOf(b.hunt));
  console.log(tabulate(trophies));
  const bad = trophies.filter((trophy) => problemOf(trophy) !== undefined);
  const seconds = Math.round((performance.now() - startedMs) / 1000);
  const inTime = seconds <= minutes * 60;
  console.log(
    `${trophies.length - bad.length} as they should be, ${bad.length} not, in ${seconds} s of ${minutes * 60} s${inTime ? '' : ': TOO LONG'}`,
  );
  return bad.length === 0 && inTime;
}

function announce(trophy: Trophy): string {
  const { hunt, bag, seconds } = trophy;
  const what = problemOf(trophy) ?? (hunt.mutant === undefined ? 'clean' : 'caught');
  const how =
    'caught' in bag && bag.caught !== undefined
      ? `: ${bag.caught.message.split('\n')[0] ?? ''}`
      : '';
  return `${what.padEnd(10)} ${hunt.mutant ?? 'the code as it is'} (${seconds.toFixed(1)} s)${how}`;
}

function tabulate(trophies: readonly Trophy[]): string {
  const table = new Table({
    head: ['bug', 'caught by', 'seeds', 'seed', 'events', 'seconds'],
    colAligns: ['left', 'left', 'right', 'right', 'right', 'right'],
    style: { head: [], border: [] },
  });
  for (const trophy of trophies) {
    const { hunt, bag, seconds } = trophy;
    const name = hunt.mutant ?? '(none)';
    const caught = 'caught' in bag ? bag.caught : undefined;
    const tried = 'seeds' in bag ? bag.seeds : '';
    if (caught === undefined) {
      table.push([name, problemOf(trophy) ?? 'clean', tried, '', '', seconds.toFixed(1)]);
      continue;
    }
    const { property, seed, actionsBefore, actionsAfter } = caught;
    const problem = problemOf(trophy);
    table.push([
      name,
      problem === undefined ? property : `${property}\n${problem}`,
      tried,
      seed,
      `${actionsBefore} → ${actionsAfter}`,
      seconds.toFixed(1),
    ]);
  }
  return table.toString();
}

function count(names: string, description: string, usual: number): Option {
  return new Option(names, description).default(usual).argParser((text) => {
    const value = Number(text);
    if (!Number.isSafeInteger(value) || value < 0) throw new InvalidArgumentError('not a number.');
    return value;
  });
}
