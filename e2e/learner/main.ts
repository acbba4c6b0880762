/** `npm run e2e:learner`: a new member of a large state, while writes go on. See `--help`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { Command, InvalidArgumentError } from 'commander';
import { SingleBar } from 'cli-progress';
import { Standing } from '../../proto/gen/robustmq/admin/v1/admin.ts';
import type {
  AddLearnerResponse,
  CompactResponse,
  Status,
} from '../../proto/gen/robustmq/admin/v1/admin.ts';
import { rowKey } from '../../server/state/row-keys.ts';
import { buildLoadgen, createLoadgen, type Loadgen, type RunResult } from '../bench/loadgen.ts';
import { figure, toMarkdown } from '../bench/report.ts';
import { usageOf } from '../bench/process-usage.ts';
import { startCluster } from '../local/local-cluster.ts';
import { askAdmin, statusOf } from '../processes/admin.ts';
import { awaitLeader } from '../processes/leader.ts';
import { countOf } from '../processes/flags.ts';
import { freePlaces } from '../processes/places.ts';
import { runProgram } from '../processes/program.ts';
import { startServer, type ServerMember } from '../processes/server.ts';
import { startSteadyLoad } from '../processes/steady-load.ts';
import { until } from '../processes/until.ts';
import type { Workspace } from '../processes/workspace.ts';

interface Flags {
  readonly bytes: number;
  readonly writesPerSecond: number;
  readonly minutesMax: number;
  readonly dir: string;
}

const UNITS: Readonly<Record<string, number>> = { KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 };
const MIB = 2 ** 20;
const MEMBERS = 3;
const FILL_VALUE_BYTES = 4_096;
const FILL_LANES = 128;
const LOAD_KEYS = 10_000;
const LOAD_VALUE_BYTES = 256;
const LOAD = {
  ...{ op: 'put', clients: 256, connections: 16 },
  // Other keys than those of the state, which have as many digits as the generator gives them.
  ...{ keys: LOAD_KEYS, 'key-bytes': 8, 'value-bytes': LOAD_VALUE_BYTES },
};
/** Of the writes that were asked for: below it, another claim would be tested. */
const RATE_SHARE_MIN = 0.9;
/** The rate is there before the learner comes, and goes on when it has caught up. */
const SETTLE_MS = 5_000;
/** A learner has caught up when it lacks no more than what is written in this time. */
const LAG_MS = 1_000;
const LIMIT_MS = 20_000;
const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const LOOK_MS = 200;

function sizeOf(text: string): number {
  const [, count = '', unit = ''] = /^(\d+)(KiB|MiB|GiB)$/.exec(text) ?? [];
  const bytes = Number(count) * (UNITS[unit] ?? NaN);
  if (bytes >= FILL_VALUE_BYTES) return bytes;
  throw new InvalidArgumentError('expected a size such as 128MiB or 1GiB');
}

const flags = new Command('learner')
  .description(
    'Fills a cluster, adds a learner while writes go on, and counts snapshots and elections.',
  )
  .option('--bytes <size>', 'of the state, in values of 4 KiB', sizeOf, 128 * MIB)
  .option('--writes-per-second <n>', 'while the learner comes', countOf(1, 100_000), 5_000)
  .option('--minutes-max <n>', 'give up after so long', countOf(1, 30), 20)
  .option('--dir <path>', 'where members keep their data: about 5 times the state', tmpdir())
  .parse()
  .opts<Flags>();

const createBar = (): SingleBar =>
  new SingleBar({
    format: '{what} {bar} {percentage} % | {duration_formatted} | {words}',
    stream: process.stderr,
    noTTYOutput: true,
    notTTYSchedule: 5_000,
  });

async function fill(members: readonly ServerMember[], interrupt: AbortSignal): Promise<void> {
  const keys = Math.ceil(flags.bytes / FILL_VALUE_BYTES);
  const load = startSteadyLoad({
    ...{ endpoints: () => members.map(({ place }) => place.client), prefix: 'state/', keys },
    ...{ valueBytes: FILL_VALUE_BYTES, writesPerSecond: Infinity, lanes: FILL_LANES },
    writesMax: keys,
  });
  const bar = createBar();
  bar.start(keys, 0, { what: 'state', words: '' });
  const shown = setInterval(() => bar.update(load.counts.ok), LOOK_MS);
  interrupt.addEventListener('abort', () => void load.stop());
  await load.ended;
  clearInterval(shown);
  bar.update(load.counts.ok);
  bar.stop();
}

/** What members said in their logs, since `from` characters of each. */
const countIn = (texts: readonly string[], event: string): number =>
  texts.reduce((sum, text) => sum + text.split(`"event":"${event}"`).length - 1, 0);

const logOf = ({ directory }: ServerMember): string =>
  readFileSync(join(directory, 'output.log'), 'utf8');

interface Found {
  readonly what: string;
  readonly value: string;
  readonly allowed: string;
  readonly good: boolean;
}

const leaderOf = async (members: readonly ServerMember[]): Promise<Status> =>
  (await awaitLeader(members, LIMIT_MS)).status;

/** A small state is still in the log whole, and nobody would need a snapshot of it. */
async function forgetLog(members: readonly ServerMember[]): Promise<void> {
  await until('the leader has compacted its log', LIMIT_MS, async () => {
    const { peerAddress } = await leaderOf(members);
    const { firstLogIndex } = await askAdmin<CompactResponse>(peerAddress, (client, ...rest) =>
      client.compact({}, ...rest),
    );
    return firstLogIndex > flags.bytes / FILL_VALUE_BYTES;
  });
}

/** Adds the member to the cluster as a learner, and leaves it one. */
async function addLearner(members: readonly ServerMember[], learner: ServerMember): Promise<void> {
  await until('the learner is added', LIMIT_MS, async () => {
    const { configuration, leaderPeerAddress } = await leaderOf(members);
    const { directory, peerAddress } = await statusOf(learner.place.peer);
    const request = { configurationIndex: configuration?.index ?? 0, directory, peerAddress };
    await askAdmin<AddLearnerResponse>(
      leaderPeerAddress,
      (client, ...rest) => client.addLearner(request, ...rest),
      LIMIT_MS,
    );
    return true;
  });
}

/** Resolves with the time it took, in ms. */
async function catchUp(
  members: readonly ServerMember[],
  learner: ServerMember,
  interrupt: AbortSignal,
): Promise<number> {
  const bar = createBar();
  bar.start(1, 0, { what: 'learner', words: '' });
  const beganMs = performance.now();
  try {
    while (performance.now() - beganMs < flags.minutesMax * MINUTE_MS && !interrupt.aborted) {
      const [{ commitIndex }, own] = [
        await leaderOf(members),
        await statusOf(learner.place.peer).catch(() => undefined),
      ];
      const lag = commitIndex - (own?.appliedIndex ?? 0);
      const tookMs = performance.now() - beganMs;
      bar.update((own?.appliedIndex ?? 0) / commitIndex, {
        words: `${figure(lag)} entries behind, ${figure(usageOf(learner.pid ?? 0).rssAnonMiB)} MiB`,
      });
      if (lag <= (flags.writesPerSecond * LAG_MS) / SECOND_MS) return tookMs;
      await sleep(LOOK_MS);
    }
  } finally {
    bar.stop();
  }
  throw new Error(`the learner did not catch up within ${flags.minutesMax} min`);
}

/** Lets writes go on beside `work`, and returns what came of both. */
async function underLoad<Result>(
  loadgen: Loadgen,
  members: readonly ServerMember[],
  work: () => Promise<Result>,
): Promise<readonly [RunResult, Result]> {
  const [over, begun] = [new AbortController(), Promise.withResolvers<undefined>()];
  const load = loadgen.run(
    { target: 'robustmq', endpoints: members.map(({ place }) => place.client) },
    {
      ...{ ...LOAD, 'per-second': flags.writesPerSecond },
      ...{ 'warm-up': SETTLE_MS / SECOND_MS, seconds: (flags.minutesMax * MINUTE_MS) / SECOND_MS },
    },
    { measuring: () => begun.resolve(undefined) },
    over.signal,
  );
  const result = await Promise.race([begun.promise, load])
    .then(work)
    .finally(() => over.abort());
  return [await load, result];
}

/** Adds a learner, and returns what happened until it had caught up, and a while longer. */
async function observe(
  workspace: Workspace,
  members: readonly ServerMember[],
  interrupt: AbortSignal,
): Promise<readonly Found[]> {
  const place = (await freePlaces(1))[0];
  if (place === undefined) throw new Error('no place for a learner');
  const learner = startServer(workspace, {
    ...{ directory: workspace.directory('learner'), place, origin: { kind: 'wait' } },
    ...{ built: true, flags: ['--log-format', 'json'] },
  });
  const term = (await leaderOf(members)).term;
  const lengths = members.map((member) => logOf(member).length);
  await forgetLog(members);
  await addLearner(members, learner);
  const tookMs = await catchUp(members, learner, interrupt);
  await sleep(SETTLE_MS);
  const after = await leaderOf(members);
  const theirs = members.map((member, at) => logOf(member).slice(lengths[at]));
  const standing = after.configuration?.members.find((each) => each.standing === Standing.LEARNER);
  return [
    number('snapshots that were begun', countIn(theirs, 'snapshot_started'), 1, 1),
    number('snapshots that were installed', countIn([logOf(learner)], 'snapshot_installed'), 1, 1),
    number('snapshots that did not arrive', countIn(theirs, 'snapshot_send_failed'), 0, 0),
    number('terms that began', after.term - term, 0, 0),
    number('learners', standing === undefined ? 0 : 1, 1, 1),
    told('s until the learner had caught up', figure(tookMs / SECOND_MS, 1)),
    told('MiB in the log of the leader', figure((after.sizes?.logBytes ?? NaN) / MIB)),
    told('MiB RssAnon of the learner', figure(usageOf(learner.pid ?? 0).rssAnonMiB)),
    told(
      'MiB RssAnon of the others',
      members.map(({ pid }) => figure(usageOf(pid ?? 0).rssAnonMiB)).join(' / '),
    ),
  ];
}

const number = (what: string, value: number, low: number, high: number): Found => ({
  ...{ what, value: figure(value), good: value >= low && value <= high },
  allowed:
    low === high ? figure(low) : high === Infinity ? `≥ ${figure(low)}` : `≤ ${figure(high)}`,
});

const told = (what: string, value: string): Found => ({ what, value, allowed: '', good: true });

/** What became of the writes. */
const judge = ({ opsPerSecond, p99Us, errors }: RunResult): readonly Found[] => [
  number('writes/s acknowledged', opsPerSecond, flags.writesPerSecond * RATE_SHARE_MIN, Infinity),
  number(
    'writes that failed or have no outcome',
    Object.values(errors).reduce((sum, count) => sum + count, 0),
    0,
    0,
  ),
  told('ms that 99 of 100 writes took at most', figure(p99Us / 1_000)),
];

async function run(workspace: Workspace, interrupt: AbortSignal): Promise<number> {
  const { bytes, writesPerSecond } = flags;
  const loadgen = createLoadgen(workspace, buildLoadgen());
  const members = await startCluster({
    workspace,
    places: await freePlaces(MEMBERS),
    directory: (at) => workspace.directory(`m${at + 1}`),
    built: true,
  });
  await fill(members, interrupt);
  const [load, seen] = await underLoad(loadgen, members, () =>
    observe(workspace, members, interrupt),
  );
  const found = [...seen, ...judge(load)];
  console.log(
    toMarkdown({
      title: `A learner of ${figure(bytes / MIB)} MiB at ${figure(writesPerSecond)} writes/s`,
      head: ['', 'measured', 'allowed', ''],
      rows: found.map(({ what, value, allowed, good }) => [
        ...[what, value, allowed, good ? 'ok' : 'BROKEN'],
      ]),
      note: `State of ${rowKey('kv', 'state/')} in values of ${FILL_VALUE_BYTES} bytes, load of ${LOAD_VALUE_BYTES} bytes; three members and the learner on this machine.`,
    }),
  );
  return found.every(({ good }) => good) ? 0 : 1;
}

await runProgram({ graceMs: LIMIT_MS, parent: flags.dir }, run);
