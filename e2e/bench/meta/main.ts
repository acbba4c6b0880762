/** `npm run bench:meta`: what brokers ask of three members, on this machine. See `--help`. */
import { tmpdir } from 'node:os';
import { Command, InvalidArgumentError, Option } from 'commander';
import { countOf, positive } from '../../processes/flags.ts';
import { unlessMissing } from '../../processes/missing-tool.ts';
import { runProgram } from '../../processes/program.ts';
import type { Workspace } from '../../processes/workspace.ts';
import { createRobustmqMeta } from '../clusters/robustmq-meta.ts';
import { buildLoadgen, createLoadgen } from '../loadgen.ts';
import { createProgress } from '../progress.ts';
import { toMarkdown } from '../report.ts';
import { reportEach } from '../reports.ts';
import { offsets } from './offsets.ts';
import { population } from './population.ts';
import { pushes } from './pushes.ts';
import { sessions } from './sessions.ts';
import type { Found, Scenario, Settings } from './scenario.ts';
import { targetsTable } from './targets.ts';

const SCENARIOS: readonly Scenario[] = [population, sessions, offsets, pushes];

interface Flags extends Settings {
  readonly only: readonly Scenario[];
  readonly dir: string;
  readonly save: boolean;
}

function scenarios(text: string): readonly Scenario[] {
  const names = text.split(',');
  const unknown = names.find((name) => !SCENARIOS.some((each) => each.name === name));
  if (unknown === undefined) return SCENARIOS.filter(({ name }) => names.includes(name));
  throw new InvalidArgumentError(`expected ${SCENARIOS.map(({ name }) => name).join(', ')}`);
}

/** Sessions come in hundreds. */
function hundreds(text: string): number {
  const value = countOf(100, 10_000_000)(text);
  if (value % 100 === 0) return value;
  throw new InvalidArgumentError('expected whole hundreds');
}

const MANY = countOf(1, 10_000_000);
const BROKERS_MAX = 500;

const flags = new Command('bench:meta')
  .description(
    `Measures three members of this server, used as brokers do, on loopback and real disks:\n${SCENARIOS.map(
      ({ name, about }) => `  ${name.padEnd(11)} ${about}`,
    ).join('\n')}`,
  )
  .addOption(
    new Option('--only <names>', 'some of the scenarios, with commas')
      .default(SCENARIOS, 'all')
      .argParser(scenarios),
  )
  .option('--sessions <n>', 'of the population', hundreds, 1_000_000)
  .option('--topics <n>', 'of the population', MANY, 100_000)
  .option('--subscriptions <n>', 'of the population', MANY, 100_000)
  .option('--brokers <n>', 'that save offsets, or are told', countOf(1, BROKERS_MAX), 200)
  .option('--seconds <n>', 'of each measurement', positive, 10)
  .option('--dir <path>', 'where members keep their data', tmpdir())
  .option('--no-save', 'do not keep the result in e2e/bench/results')
  .parse()
  .opts<Flags>();

const show = ({ targets, tables }: Found): string =>
  [targetsTable(targets), ...tables].map(toMarkdown).join('\n\n');

async function bench(workspace: Workspace): Promise<void> {
  const progress = createProgress(flags.only.reduce((sum, { steps }) => sum + steps, 0));
  const context = {
    settings: flags,
    product: createRobustmqMeta(),
    loadgen: createLoadgen(workspace, loadgen),
    workspace,
    progress,
  };
  const runs = 'three members, doubles of brokers and the load generator together on loopback';
  await reportEach(flags.only, async (scenario) => show(await scenario.run(context)), {
    ...flags,
    ...{ runs, progress, prefix: 'meta-' },
  });
}

const loadgen = unlessMissing(buildLoadgen);
await runProgram({ graceMs: 0, parent: flags.dir }, async (workspace) => {
  await bench(workspace);
  return 0;
});
