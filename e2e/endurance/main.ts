/** `npm run endurance`: a steady load for a long time, with kills, and what it leaves behind. See `--help`. */
import { setTimeout as sleep } from 'node:timers/promises';
import { randomInt } from 'node:crypto';
import { tmpdir } from 'node:os';
import { Command } from 'commander';
import { createProgress } from '../bench/progress.ts';
import { figure, toMarkdown } from '../bench/report.ts';
import { rowKey } from '../../server/state/row-keys.ts';
import { startCluster } from '../local/local-cluster.ts';
import { countOf, positive } from '../processes/flags.ts';
import { freePlaces } from '../processes/places.ts';
import { runProgram } from '../processes/program.ts';
import { rowsOn } from '../processes/rows.ts';
import type { ServerMember } from '../processes/server.ts';
import { lostOf, startSteadyLoad, type SteadyLoad } from '../processes/steady-load.ts';
import { until } from '../processes/until.ts';
import type { Workspace } from '../processes/workspace.ts';
import { sampleLives, type Life } from './lives.ts';
import { judge, tableOf, unjudged, type Bounds } from './verdict.ts';

interface Flags {
  readonly minutes: number;
  readonly writesPerSecond: number;
  readonly warmUpMinutes: number;
  readonly growthMaxMib: number;
  readonly logMaxMib: number;
  readonly dir: string;
}

const MINUTE_MS = 60_000;
const MEMBERS = 3;
const SAMPLE_MS_MAX = 10_000;
/** A warm-up holds several. */
const SAMPLES_PER_WARM_UP = 4;
const DOWN_MS = 2_000;
const KEYS = 20_000;
const VALUE_BYTES = 256;
const LANES = 128;
const DESCRIPTORS_DRIFT_MAX = 10;
/** A log is compacted in turn with its writes, so it is over its bound by what came meanwhile. */
const LOG_SLACK_MIB = 8;
/** LevelDB keeps what was deleted until it compacts its tables … */
const LOG_FILES_SHARE = 2;
/** … and two buffers' worth of write-ahead files, and tables that are being compacted. */
const LOG_FILES_SLACK_MIB = 48;
/** Of the writes that were asked for. */
const RATE_SHARE_MIN = 0.9;
const READ_LIMIT_MS = 60_000;

const flags = new Command('endurance')
  .description('Writes at a steady rate while members are killed, and watches what they use.')
  .option('--minutes <n>', 'how long', positive, 30)
  .option('--writes-per-second <n>', 'at which rate', countOf(1, 100_000), 2_000)
  .option('--warm-up-minutes <n>', 'of each process; not judged', positive, 5)
  .option(
    '--growth-max-mib <n>',
    'of a process, a minute; a brief run shows its youth',
    positive,
    1,
  )
  .option(
    '--log-max-mib <n>',
    'what the members are told to keep of their log',
    countOf(1, 4_096),
    64,
  )
  .option('--dir <path>', 'where members keep their data', tmpdir())
  .parse()
  .opts<Flags>();

const bounds: Bounds = {
  warmUpMs: flags.warmUpMinutes * MINUTE_MS,
  judgedMsMin: (flags.warmUpMinutes * MINUTE_MS) / 2,
  growthMiBPerMinuteMax: flags.growthMaxMib,
  descriptorsDriftMax: DESCRIPTORS_DRIFT_MAX,
  logMiBMax: flags.logMaxMib + LOG_SLACK_MIB,
  logDiskMiBMax: flags.logMaxMib * LOG_FILES_SHARE + LOG_FILES_SLACK_MIB,
};

const sampleMs = Math.min(SAMPLE_MS_MAX, bounds.warmUpMs / SAMPLES_PER_WARM_UP);

/** One member after the other is killed, in a random order; each then lives long enough to be judged. */
function killsOf(
  durationMs: number,
): readonly { readonly atMs: number; readonly member: number }[] {
  const order = Array.from({ length: MEMBERS }, (_, member) => member).sort(() => randomInt(3) - 1);
  // What was killed last is away for a while, and warms up, before it is judged.
  const lastMs = durationMs - 3 * bounds.warmUpMs;
  const count = Math.max(0, Math.floor(lastMs / bounds.warmUpMs));
  return Array.from({ length: count }, (_, at) => ({
    atMs: (at + 1) * bounds.warmUpMs,
    member: order[at % MEMBERS] ?? 0,
  }));
}

async function killAndRestart(member: ServerMember): Promise<void> {
  await member.end('SIGKILL');
  await sleep(DOWN_MS);
  member.start();
}

/** Until the time is over or somebody interrupts: samples, kills, progress. */
async function endure(
  members: readonly ServerMember[],
  load: SteadyLoad,
  interrupt: AbortSignal,
): Promise<readonly Life[]> {
  const durationMs = flags.minutes * MINUTE_MS;
  const kills = [...killsOf(durationMs)];
  const lives: Life[] = [];
  const progress = createProgress(Math.ceil(durationMs / sampleMs));
  const beganMs = performance.now();
  for (let nextMs = 0; nextMs <= durationMs && !interrupt.aborted; nextMs += sampleMs) {
    await sleep(Math.max(0, beganMs + nextMs - performance.now()), undefined, {
      signal: interrupt,
    }).catch(() => undefined);
    const due = kills[0];
    if (due !== undefined && due.atMs <= nextMs) {
      kills.shift();
      const member = members[due.member];
      if (member !== undefined) await killAndRestart(member);
    }
    await sampleLives(lives, members);
    const memory = members.map(({ pid }) => {
      const last = lives.findLast((life) => life.pid === pid)?.samples.at(-1);
      return `${figure(last?.rssAnonMiB ?? NaN)} MiB ${figure(last?.handles ?? NaN)}/${figure(last?.descriptors ?? NaN)}`;
    });
    progress.begin(`${figure(load.counts.ok)} writes | ${memory.join(' | ')}`);
    progress.done();
  }
  progress.stop();
  return lives;
}

/** What members lack of what was acknowledged, as texts. */
async function checkRows(
  members: readonly ServerMember[],
  load: SteadyLoad,
): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const [at, { place }] of members.entries()) {
    const lost = async (): Promise<readonly string[]> =>
      lostOf(load, (await rowsOn(place.peer, rowKey('kv', ''))).rows, (key) => rowKey('kv', key));
    // A member that was killed a moment ago may still catch up.
    await until('all is there', READ_LIMIT_MS, async () => (await lost()).length === 0).catch(
      async () => {
        const keys = await lost();
        problems.push(
          `member ${at + 1} lacks ${keys.length} acknowledged writes: ${keys.slice(0, 5).join(' ')}`,
        );
      },
    );
  }
  return problems;
}

async function run(workspace: Workspace, interrupt: AbortSignal): Promise<number> {
  const { writesPerSecond, logMaxMib } = flags;
  const members = await startCluster({
    workspace,
    places: await freePlaces(MEMBERS),
    directory: (at) => workspace.directory(`m${at + 1}`),
    built: true,
    flags: ['--log-level', 'warn', '--storage-log-max', `${logMaxMib}MiB`],
  });
  const beganMs = performance.now();
  const load = startSteadyLoad({
    ...{ endpoints: () => members.map(({ place }) => place.client), prefix: 'endurance/' },
    ...{ keys: KEYS, valueBytes: VALUE_BYTES, writesPerSecond, lanes: LANES },
  });
  const lives = await endure(members, load, interrupt);
  await load.stop();
  const rate = load.counts.ok / ((performance.now() - beganMs) / 1_000);
  const verdicts = lives.map((life) => judge(life, bounds));
  const problems = [...verdicts.flatMap((each) => each.problems), ...unjudged(verdicts)];
  if (rate < writesPerSecond * RATE_SHARE_MIN) {
    problems.push(`only ${figure(rate)} writes/s were acknowledged: is the machine busy?`);
  }
  problems.push(...(await checkRows(members, load)));
  console.log(toMarkdown(tableOf(verdicts, bounds)));
  const { ok, failed, unknown } = load.counts;
  console.log(
    `\n${figure(ok)} writes acknowledged, ${figure(rate)} a second; ${figure(failed)} failed, ${figure(unknown)} without an outcome. ${figure(load.expected.size)} keys read back from each member.`,
  );
  for (const problem of problems) console.log(`BROKEN: ${problem}`);
  return problems.length === 0 && !interrupt.aborted ? 0 : 1;
}

await runProgram({ graceMs: READ_LIMIT_MS, parent: flags.dir }, run);
