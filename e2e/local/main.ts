/** `npm run cluster`: members on loopback, to try things with. See `--help`. */
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import { SETTINGS } from '../../server/config/settings.ts';
import { shutdownMsMax } from '../../server/member/shutdown.ts';
import { usageOf } from '../bench/process-usage.ts';
import { statusesOf } from '../processes/admin.ts';
import { countOf, positive } from '../processes/flags.ts';
import { takenAddresses, usualPlaces, type Place } from '../processes/places.ts';
import { runProgram } from '../processes/program.ts';
import type { ServerMember } from '../processes/server.ts';
import type { Workspace } from '../processes/workspace.ts';
import { startCluster, stopMembers } from './local-cluster.ts';
import { lineOf, rowsOf, tableOf, type Sample } from './table.ts';

interface Flags {
  readonly members: number;
  readonly dataDir?: string;
  readonly seconds?: number;
}

const MEMBERS_MAX = 9;
const REDRAW_MS = 1_000;
/**
 * Members with default settings take no longer to leave: they are never cut short, as they may
 * be on data that somebody goes on with. It is much less unless requests or disks hang.
 */
const LEAVE_MS_MAX = shutdownMsMax({
  'raft.election_timeout': SETTINGS['raft.election_timeout'].standard,
  'timeout.drain': SETTINGS['timeout.drain'].standard,
});
const SLACK_MS = 1_000;
const STOP_LIMIT_MS = LEAVE_MS_MAX + SLACK_MS;
/** The last look at them, until members are told to leave, and what they get to leave. */
const GRACE_MS = REDRAW_MS + STOP_LIMIT_MS + SLACK_MS;
const CLEAR = '\u001b[H\u001b[2J';

const flags = new Command('cluster')
  .description('Runs a cluster on loopback, and shows how it is, until Ctrl-C.')
  .option('--members <n>', 'how many', countOf(1, MEMBERS_MAX), 3)
  .option('--data-dir <path>', 'where they keep their data (default: until the end, in a new one)')
  .option('--seconds <n>', 'end after this long', positive)
  .parse()
  .opts<Flags>();

function usage(places: readonly Place[], where: string): string {
  const list = (addresses: readonly string[]): string => addresses.join(',');
  const clients = list(places.map(({ client }) => client));
  const peers = list(places.map(({ peer }) => peer));
  return [
    `${places.length} members run. Their data and logs are in ${where}. In another terminal:`,
    `  node server/main.ts kv set greeting hello --client-endpoints ${clients}`,
    `  node server/main.ts kv get greeting --client-endpoints ${clients}`,
    `  node server/main.ts status --endpoints ${peers}`,
    `  node server/main.ts member transfer --endpoints ${peers}`,
    `Status page: http://${places[0]?.http ?? ''}/   Metrics: http://${places[0]?.http ?? ''}/metrics`,
    'Ctrl-C stops all of them.',
  ].join('\n');
}

async function sample(members: readonly ServerMember[]): Promise<readonly Sample[]> {
  const statuses = await statusesOf(
    members.map(({ place }) => place.peer),
    REDRAW_MS,
  );
  return members.map(({ pid }, at) => ({
    name: `m${at + 1}`,
    status: statuses[at],
    rssMiB: pid === undefined ? NaN : usageOf(pid).rssAnonMiB,
    atMs: performance.now(),
  }));
}

/** Shows the members every second until `end`. */
async function watch(members: readonly ServerMember[], help: string, end: AbortSignal) {
  const { isTTY } = process.stdout;
  if (!isTTY) console.log(help);
  let before: readonly Sample[] = [];
  while (!end.aborted) {
    const now = await sample(members);
    const rows = rowsOf(now, before);
    const time = new Date().toISOString().slice(11, 19);
    console.log(isTTY ? `${CLEAR}${help}\n\n${tableOf(rows)}` : `${time} ${lineOf(rows)}`);
    before = now;
    await sleep(REDRAW_MS, undefined, { signal: end }).catch(() => undefined);
  }
}

function directoriesIn(workspace: Workspace): (at: number) => string {
  return (at) => {
    const name = `m${at + 1}`;
    if (flags.dataDir === undefined) return workspace.directory(name);
    const path = join(resolve(flags.dataDir), name);
    mkdirSync(path, { recursive: true });
    return path;
  };
}

await runProgram({ graceMs: GRACE_MS }, async (workspace, interrupt) => {
  const places = usualPlaces(flags.members);
  const taken = await takenAddresses(places);
  if (taken.length > 0) {
    const what = taken.length === 1 ? 'This address is' : 'These addresses are';
    console.error(`${what} in use already: ${taken.join(', ')}. Is another cluster running?`);
    return 1;
  }
  console.error(`starting ${flags.members} members …`);
  const directory = directoriesIn(workspace);
  const interrupted = new Promise<undefined>((done) => {
    interrupt.addEventListener('abort', () => done(undefined), { once: true });
  });
  const members = await Promise.race([startCluster({ workspace, places, directory }), interrupted]);
  // Nothing is lost with members that do not serve yet.
  if (members === undefined) return 0;
  const seconds = flags.seconds === undefined ? [] : [AbortSignal.timeout(flags.seconds * 1_000)];
  const where = flags.dataDir === undefined ? workspace.root : resolve(flags.dataDir);
  await watch(members, usage(places, where), AbortSignal.any([interrupt, ...seconds]));
  console.error('stopping …');
  const statuses = await stopMembers(members, STOP_LIMIT_MS);
  return statuses.every((status) => status === 0) ? 0 : 1;
});
