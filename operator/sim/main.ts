/** `npm run sim:operator`: runs seeds of the operator's simulator. See `--help`. */
import { randomInt } from 'node:crypto';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { Report } from './run/run.ts';
import { runSeeds } from './run/seeds.ts';

/** Lines of the history that are shown of a failure. */
const LINES_MAX = 80;

interface Flags {
  readonly seed?: number;
  readonly seeds: number;
  readonly base?: number;
  readonly history?: true;
}

const flags = new Command('sim:operator')
  .description(
    'Simulates the operator, Kubernetes and members, with all that may go wrong, from a seed alone.',
  )
  .addOption(new Option('--seed <n>', 'run this seed').argParser(counting))
  .addOption(
    new Option('--seeds <n>', 'run so many seeds, on all cores').argParser(counting).default(100),
  )
  .addOption(new Option('--base <n>', 'first of the seeds (default: random)').argParser(counting))
  .addOption(new Option('--history', 'print all that happened'))
  .parse()
  .opts<Flags>();

process.exitCode = (await main(flags)) ? 0 : 1;

async function main({ seed, seeds, base, history }: Flags): Promise<boolean> {
  const first = seed ?? base ?? randomInt(2 ** 31);
  const count = seed === undefined ? seeds : 1;
  const reports = await runSeeds(first, count);
  const failed = reports.filter(({ violation }) => violation !== undefined);
  for (const report of failed) show(report, history ? Infinity : LINES_MAX);
  if (failed.length > 0) return false;
  if (history) for (const report of reports) console.log(report.history.join('\n'));
  const mutations = reports.reduce((sum, report) => sum + report.mutations, 0);
  console.log(`seeds ${first} to ${first + count - 1}: all hold, after ${mutations} changes`);
  return true;
}

function show({ seed, violation, history }: Report, linesMax: number): void {
  console.log(history.slice(-Math.min(linesMax, history.length)).join('\n'));
  console.log(`seed ${seed} violates "${violation?.property ?? ''}": ${violation?.message ?? ''}`);
  console.log(`again: npm run sim:operator -- --seed ${seed} --history`);
}

function counting(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new InvalidArgumentError('expected a whole number from 0 to 2^53 − 1.');
  }
  return value;
}
