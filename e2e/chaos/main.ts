/** `npm run chaos`: real processes that suffer under load, and are then judged. See `--help`. */
import { randomInt } from 'node:crypto';
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { Command, InvalidArgumentError } from 'commander';
import { countOf, positive } from '../processes/flags.ts';
import { unlessMissing } from '../processes/missing-tool.ts';
import { enterNamespaces } from '../processes/namespaces.ts';
import { runProgram } from '../processes/program.ts';
import type { Workspace } from '../processes/workspace.ts';
import { loadEvidence, saveEvidence, type Evidence } from './evidence.ts';
import { FAULT_KINDS, type FaultKind } from './fault-kind.ts';
import { buildFaultyDisk } from './faulty-disk.ts';
import { isGood, judge, type SecondOpinion } from './judge.ts';
import { MUTANTS, mutantOf } from './mutants/catalogue.ts';
import { createPorcupine } from './porcupine.ts';
import { showFindings } from './report.ts';
import { groundOf, runChaos } from './run.ts';

interface Flags {
  readonly minutes: number;
  readonly seed: number;
  readonly clients: number;
  readonly dir: string;
  readonly faults: readonly FaultKind[];
  readonly mutant?: string;
  readonly judge?: string;
  readonly verbose?: true;
}

const MINUTE_MS = 60_000;
const SEEDS = 2 ** 31;
/** Beside the place where npm runs: git ignores it. */
const FAILURES = 'failures';

function kindsOf(text: string): readonly FaultKind[] {
  return text.split(',').map((name) => {
    const found = FAULT_KINDS.find((kind) => kind === name);
    if (found !== undefined) return found;
    throw new InvalidArgumentError(`expected ${FAULT_KINDS.join(', ')}`);
  });
}

const flags = new Command('chaos')
  .description(
    'Kills, stops, adds and removes members under load, takes their power, spoils their disks and cuts their network, then checks what clients saw.',
  )
  .option('--minutes <n>', 'how long', positive, 1)
  .option('--seed <n>', 'of all that is random', countOf(0, SEEDS), randomInt(SEEDS))
  .option('--clients <n>', 'that read and write at once', countOf(1, 1_000), 12)
  .option('--dir <path>', 'where members keep their data', tmpdir())
  .option('--faults <kinds>', `with commas: ${FAULT_KINDS.join(', ')}`, kindsOf, FAULT_KINDS)
  .option('--mutant <name>', `a bug in every member: ${MUTANTS.map(({ name }) => name).join(', ')}`)
  .option('--judge <file>', 'judge once more what a run has left, and nothing else')
  .option('--verbose', 'tell every event as it happens')
  .parse()
  .opts<Flags>();

/** Keeps what is needed to look into a failure; returns where. */
function keep(evidence: Evidence, workspace: Workspace): string {
  const name = `chaos-${evidence.seed}`;
  mkdirSync(FAILURES, { recursive: true });
  const file = join(FAILURES, `${name}.json`);
  saveEvidence(file, evidence);
  // Sockets cannot be copied.
  cpSync(workspace.root, join(FAILURES, name), {
    recursive: true,
    filter: (path) => !path.endsWith('.sock'),
  });
  return file;
}

/** Prints the verdict, and returns whether it is good. */
function pronounce(evidence: Evidence, porcupine: SecondOpinion): boolean {
  const findings = judge(evidence, porcupine);
  console.log(showFindings(findings));
  return isGood(findings);
}

/** Builds what the run needs of this machine. */
function prepare(): SecondOpinion {
  const built = createPorcupine();
  if (flags.judge !== undefined) return built;
  const ground = groundOf({ kinds: flags.faults });
  // While the Internet is there still.
  if (ground.disks !== 'plain') buildFaultyDisk();
  if (ground.disks !== 'plain' || ground.network) enterNamespaces();
  return built;
}

const porcupine = unlessMissing(prepare);
if (flags.judge !== undefined) {
  process.exit(pronounce(loadEvidence(flags.judge), porcupine) ? 0 : 1);
}
const { seed, minutes, clients, faults, mutant } = flags;
await runProgram({ graceMs: 0, parent: flags.dir }, async (workspace) => {
  console.log(`seed ${seed}, ${minutes} min, ${clients} clients`);
  const { evidence, summary } = await runChaos(workspace, {
    ...{ seed, clients, kinds: faults },
    ...(mutant !== undefined && { mutant: mutantOf(mutant).name }),
    durationMs: minutes * MINUTE_MS,
    show: (event) => {
      if (flags.verbose) console.log(event);
    },
  });
  console.log(summary);
  if (pronounce(evidence, porcupine)) return 0;
  const file = keep(evidence, workspace);
  const bug = mutant === undefined ? '' : ` --mutant ${mutant}`;
  console.log(`kept in ${file}, directories and logs of the members beside it`);
  console.log(`judge again:  npm run chaos -- --judge ${file}`);
  console.log(
    `run again:    npm run chaos -- --seed ${seed} --minutes ${minutes} --clients ${clients} --faults ${faults.join(',')}${bug}`,
  );
  return 1;
});
