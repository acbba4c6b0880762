/** `npm run bench`: this server beside etcd, on this machine. See `--help`. */
import { tmpdir } from 'node:os';
import { Command, InvalidArgumentError } from 'commander';
import { createEtcd } from './clusters/etcd.ts';
import { createRobustmqMeta } from './clusters/robustmq-meta.ts';
import { MissingToolError, unlessMissing } from '../processes/missing-tool.ts';
import type { Product } from './clusters/cluster.ts';
import { buildLoadgen, createLoadgen } from './loadgen.ts';
import { enterNamespaces, isInside } from '../processes/namespaces.ts';
import { positive } from '../processes/flags.ts';
import { createNetwork } from '../processes/network.ts';
import { runProgram } from '../processes/program.ts';
import type { Workspace } from '../processes/workspace.ts';
import { createProgress } from './progress.ts';
import { toMarkdown } from './report.ts';
import { reportEach } from './reports.ts';
import { failover } from './scenarios/failover.ts';
import { million } from './scenarios/million.ts';
import { saturation } from './scenarios/saturation.ts';
import type { Scenario, Settings } from './scenarios/scenario.ts';
import { createThroughput } from './scenarios/throughput.ts';
import { transfer } from './scenarios/transfer.ts';

const SHORT: readonly Scenario[] = [
  createThroughput('writes', 'writes by many clients', ['put']),
  createThroughput('reads', 'linearizable and stale reads by many clients', ['get', 'get-stale']),
  failover,
  transfer,
  million,
];
const SCENARIOS: readonly Scenario[] = [...SHORT, saturation];

interface Flags extends Settings {
  readonly only: readonly Scenario[];
  readonly dir: string;
  readonly save: boolean;
  readonly skipEtcd?: true;
  readonly skipRobustmq?: true;
}

function counting(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) throw new InvalidArgumentError('expected a count');
  return value;
}

function some(text: string): number {
  const value = counting(text);
  if (value === 0) throw new InvalidArgumentError('expected a count above 0');
  return value;
}

const list = (text: string): readonly number[] => text.split(',').map(some);

function scenarios(text: string): readonly Scenario[] {
  return text.split(',').map((name) => {
    const found = SCENARIOS.find((scenario) => scenario.name === name);
    if (found !== undefined) return found;
    throw new InvalidArgumentError(`expected ${SCENARIOS.map((each) => each.name).join(', ')}`);
  });
}

const flags = new Command('bench')
  .description(
    `Measures three members of this server beside three of etcd, on loopback and real disks:\n${SCENARIOS.map(({ name, about }) => `  ${name.padEnd(10)} ${about}`).join('\n')}`,
  )
  .option('--only <names>', 'some of the scenarios, with commas', scenarios, SHORT)
  .option('--seconds <n>', 'of each measurement of throughput', positive, 5)
  .option('--warm-up-seconds <n>', 'of each operation, before it is measured', positive, 15)
  .option('--rounds <n>', 'of throughput, of which the tables show medians', some, 3)
  .option('--clients <list>', 'numbers of clients', list, [1, 64, 256, 1000])
  .option('--failovers <n>', 'times that each product loses its leader, by each means', some, 20)
  .option('--background <n>', 'writers beside the one that watches a failover', counting, 0)
  .option('--keys <n>', 'rows of the scenario "million"', some, 1_000_000)
  .option('--saturation-minutes <n>', 'of the scenario "saturation"', positive, 30)
  .option('--dir <path>', 'where members keep their data', tmpdir())
  .option('--skip-etcd', 'measure this server alone')
  .option('--skip-robustmq', 'measure etcd alone')
  .option('--no-save', 'do not keep the result in e2e/bench/results')
  .parse()
  .opts<Flags>();

/** Builds what Go is needed for, while there is the Internet: within namespaces there is none. */
const build = (): { readonly products: readonly Product[]; readonly loadgen: string } => ({
  products: [
    ...(flags.skipRobustmq ? [] : [createRobustmqMeta()]),
    ...(flags.skipEtcd ? [] : [createEtcd()]),
  ],
  loadgen: buildLoadgen(),
});

/** Whether this machine lets us make networks that can be cut: then this goes on within them. */
function hasNetworks(): boolean {
  if (!flags.only.includes(failover)) return false;
  try {
    enterNamespaces();
    return true;
  } catch (error) {
    if (error instanceof MissingToolError) return false;
    throw error;
  }
}

async function bench(workspace: Workspace): Promise<void> {
  const loadgen = createLoadgen(workspace, built.loadgen);
  const network = withNetworks ? createNetwork(workspace) : undefined;
  const steps = flags.only.reduce((sum, each) => sum + each.steps(flags, network), 0);
  const progress = createProgress(steps * built.products.length);
  const { products } = built;
  const context = { settings: flags, products, loadgen, workspace, network, progress };
  const runs = 'three members and the load generator together on loopback';
  await reportEach(
    flags.only,
    async (scenario) => (await scenario.run(context)).map(toMarkdown).join('\n\n'),
    { ...flags, runs, progress },
  );
}

if (!isInside())
  console.error('building the load generator and etcd (the first time this takes minutes) …');
const built = unlessMissing(build);
const withNetworks = hasNetworks();
await runProgram({ graceMs: 0, parent: flags.dir }, async (workspace) => {
  await bench(workspace);
  return 0;
});
