/** `npm run chaos`: real processes, killed and stopped under load, and then judged. See `--help`. */
import { randomInt } from 'node:crypto';
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { Command } from 'commander';
import { countOf, positive } from '../processes/flags.ts';
import { runProgram } from '../processes/program.ts';
import type { Workspace } from '../processes/workspace.ts';
import { loadEvidence, saveEvidence, type Evidence } from './evidence.ts';
import { isGood, judge } from './judge.ts';
import { showFindings } from './report.ts';
import { runChaos } from './run.ts';

interface Flags {
  readonly minutes: number;
  readonly seed: number;
  readonly clients: number;
  readonly dir: string;
  readonly judge?: string;
  readonly verbose?: true;
}

const MINUTE_MS = 60_000;
const SEEDS = 2 ** 31;
/** Beside the place where npm runs: git ignores it. */
const FAILURES = 'failures';

const flags = new Command('chaos')
  .description(
    'Kills, stops, adds, promotes and removes members under load, then checks what clients saw.',
  )
  .option('--minutes <n>', 'how long', positive, 1)
  .option('--seed <n>', 'of all that is random', countOf(0, SEEDS), randomInt(SEEDS))
  .option('--clients <n>', 'that read and write at once', countOf(1, 1_000), 12)
  .option('--dir <path>', 'where members keep their data', tmpdir())
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
  cpSync(workspace.root, join(FAILURES, name), { recursive: true });
  return file;
}

/** Prints the verdict, and returns whether it is good. */
function pronounce(evidence: Evidence): boolean {
  const findings = judge(evidence);
  console.log(showFindings(findings));
  return isGood(findings);
}

if (flags.judge !== undefined) {
  process.exit(pronounce(loadEvidence(flags.judge)) ? 0 : 1);
}
await runProgram({ graceMs: 0, parent: flags.dir }, async (workspace) => {
  const { seed, minutes, clients } = flags;
  console.log(`seed ${seed}, ${minutes} min, ${clients} clients`);
  const { evidence, summary } = await runChaos(workspace, {
    ...{ seed, clients },
    durationMs: minutes * MINUTE_MS,
    show: (event) => {
      if (flags.verbose) console.log(event);
    },
  });
  console.log(summary);
  if (pronounce(evidence)) return 0;
  const file = keep(evidence, workspace);
  console.log(`kept in ${file}, directories and logs of the members beside it`);
  console.log(`judge again:  npm run chaos -- --judge ${file}`);
  console.log(
    `run again:    npm run chaos -- --seed ${seed} --minutes ${minutes} --clients ${clients}`,
  );
  return 1;
});
