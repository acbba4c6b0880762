/** `npm run chaos`: real processes, killed and stopped under load, and then judged. See `--help`. */
import { randomInt } from 'node:crypto';
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { Command } from 'commander';
import { countOf, positive } from '../processes/flags.ts';
import { runProgram } from '../processes/program.ts';
import { longestGapMs } from '../processes/writers.ts';
import { rowKey } from '../../server/state/row-keys.ts';
import type { Workspace } from '../processes/workspace.ts';
import { loadEvidence, saveEvidence, type Evidence } from './evidence.ts';
import { createFleet } from './fleet.ts';
import { alarmingLines, heal, statesOf } from './healing.ts';
import { isGood, judge } from './judge.ts';
import { startLoad } from './load.ts';
import { showFindings, summarise } from './report.ts';
import { storm } from './storm.ts';

interface Flags {
  readonly minutes: number;
  readonly seed: number;
  readonly clients: number;
  readonly dir: string;
  readonly judge?: string;
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
  .parse()
  .opts<Flags>();

/** Runs everything, and prints what there is to count. */
async function collect(workspace: Workspace): Promise<Evidence> {
  const { seed, minutes, clients } = flags;
  const fleet = await createFleet(workspace);
  const load = startLoad({ seed, clients, endpoints: () => fleet.clients() });
  const done = await storm(fleet, seed, minutes * MINUTE_MS);
  const gapMs = longestGapMs(load.writeMoments);
  await load.stop();
  const accidents = [...fleet.accidents, ...done.accidents];
  let states: Evidence['states'] = [];
  try {
    await heal(fleet);
    states = await statesOf(fleet);
    load.readFinally((key) => states[0]?.rows.get(rowKey('kv', key)) ?? '');
  } catch (error) {
    accidents.push(error instanceof Error ? error.message : String(error));
  }
  accidents.push(...alarmingLines(fleet));
  console.log(summarise(load, done, gapMs));
  return {
    ...{ seed, minutes, states, accidents },
    operations: load.operations(),
    acknowledged: load.acknowledged,
    events: done.events,
  };
}

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
  const evidence = await collect(workspace);
  if (pronounce(evidence)) return 0;
  const file = keep(evidence, workspace);
  console.log(`kept in ${file}, directories and logs of the members beside it`);
  console.log(`judge again:  npm run chaos -- --judge ${file}`);
  console.log(
    `run again:    npm run chaos -- --seed ${seed} --minutes ${minutes} --clients ${clients}`,
  );
  return 1;
});
