/** What many sessions, topics and subscriptions cost a member: memory, and time to start again. */
import { setTimeout as sleep } from 'node:timers/promises';
import { leaderFirst, MEMBERS, type ClusterUnderTest } from '../clusters/cluster.ts';
import { mostUsed, served, took } from '../clusters/members.ts';
import { figure, type ReportTable } from '../report.ts';
import { withCluster } from '../scenarios/scenario.ts';
import { createSessions, createTopic, setSubscribe } from './calls.ts';
import { withDoubles } from './doubles.ts';
import { handOver, type Context, type Scenario } from './scenario.ts';
import type { Target } from './targets.ts';
import type { Template } from './template.ts';

const DOUBLES = 3;
const CONNECTIONS = 16;
const FILL_LIMIT_SECONDS = 600;
/** What was written is at rest by then: flushed, compacted, collected. */
const REST_MS = 10_000;
const LOOK_MS = 500;
const MEMORY_MB_MAX = 1_000;
const RESTART_S_MAX = 10;

interface Kind {
  readonly what: 'sessions' | 'topics' | 'subscriptions';
  readonly template: () => Template;
  readonly clients: number;
}

const KINDS: readonly Kind[] = [
  { what: 'sessions', template: () => createSessions(100), clients: 16 },
  { what: 'topics', template: createTopic, clients: 256 },
  { what: 'subscriptions', template: setSubscribe, clients: 256 },
];

interface Filled {
  readonly what: string;
  readonly count: number;
  readonly seconds: number;
}

async function fill(
  { loadgen, progress, settings, workspace }: Context,
  cluster: ClusterUnderTest,
  { what, template, clients }: Kind,
): Promise<Filled> {
  const count = settings[what];
  const show = (words: string): void => progress.begin(`${what}: ${words}`);
  show(figure(count));
  const { seconds } = await loadgen.fill(
    await leaderFirst(cluster),
    {
      template: handOver(workspace, what, template()),
      ...{ keys: count, clients, connections: CONNECTIONS, seconds: FILL_LIMIT_SECONDS },
    },
    { filled: show },
  );
  progress.done();
  return { what, count, seconds };
}

const BYTES_PER_MIB = 1_048_576;
const memoryMB = (cluster: ClusterUnderTest): number =>
  (mostUsed(cluster).rssAnonMiB * BYTES_PER_MIB) / 1e6;

/** The most that any member takes meanwhile. */
async function peakMB(cluster: ClusterUnderTest, work: Promise<unknown>): Promise<number> {
  let peak = 0;
  const look = setInterval(() => {
    peak = Math.max(peak, memoryMB(cluster));
  }, LOOK_MS);
  try {
    await work;
  } finally {
    clearInterval(look);
  }
  return peak;
}

/** Ends a follower and starts it again. @returns seconds until it serves. */
async function restartS(cluster: ClusterUnderTest, signal: 'SIGKILL' | 'SIGTERM'): Promise<number> {
  const at = ((await cluster.leader()) + 1) % MEMBERS;
  await cluster.members[at]?.end(signal);
  const ms = await took(() => {
    cluster.members[at]?.start();
    return served(cluster, at);
  });
  return ms / 1_000;
}

interface Measured {
  readonly fills: readonly Filled[];
  readonly fillingMB: number;
  readonly restingMB: number;
  readonly terminatedS: number;
  readonly killedS: number;
  readonly restartedMB: number;
}

async function measure(context: Context, cluster: ClusterUnderTest): Promise<Measured> {
  const { progress } = context;
  const fills: Filled[] = [];
  const fillAll = async (): Promise<void> => {
    for (const kind of KINDS) fills.push(await fill(context, cluster, kind));
  };
  const fillingMB = await peakMB(cluster, fillAll());
  progress.begin('at rest');
  await sleep(REST_MS);
  const restingMB = memoryMB(cluster);
  progress.done();
  progress.begin('starting a member again');
  const terminatedS = await restartS(cluster, 'SIGTERM');
  const killedS = await restartS(cluster, 'SIGKILL');
  await sleep(REST_MS);
  const restartedMB = memoryMB(cluster);
  progress.done();
  return { fills, fillingMB, restingMB, terminatedS, killedS, restartedMB };
}

const memory = (what: string, measured: number): Target => ({
  what: `RssAnon of the largest member, ${what}`,
  unit: 'MB',
  measured,
  asked: { bound: 'at most', value: MEMORY_MB_MAX },
});

const restart = (what: string, measured: number): Target => ({
  what: `a member again after ${what}, until it serves`,
  unit: 's',
  measured,
  asked: { bound: 'at most', value: RESTART_S_MAX },
  digits: 2,
});

const fillTable = (fills: readonly Filled[]): ReportTable => ({
  title: 'Filling',
  head: ['what', 'count', 'seconds', 'per second'],
  rows: fills.map(({ what, count, seconds }) => [
    what,
    figure(count),
    figure(seconds, 1),
    figure(count / seconds),
  ]),
  note: `Sessions in hundreds, all others one per call, while ${DOUBLES} brokers are told. “Serves” is a linearizable read through that very member, a follower.`,
});

export const population: Scenario = {
  name: 'population',
  about: 'memory and restart of members that keep very many sessions, topics and subscriptions',
  steps: KINDS.length + 2,
  run: (context) =>
    withCluster(context.product, context.workspace, async (cluster) => {
      const { value } = await withDoubles(context, cluster, DOUBLES, () =>
        measure(context, cluster),
      );
      return {
        targets: [
          memory('while filling', value.fillingMB),
          memory('at rest', value.restingMB),
          memory('after restarts', value.restartedMB),
          restart('SIGTERM', value.terminatedS),
          restart('SIGKILL', value.killedS),
        ],
        tables: [fillTable(value.fills)],
      };
    }),
};
