/** `npm run e2e:overload`: clients that misbehave by the thousand, and a member with little memory. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { statusOf } from '../processes/admin.ts';
import { createKvClient, type KvClient } from '../processes/kv.ts';
import { createMember, unlessFailed, type Member } from '../processes/member.ts';
import { freePlaces, type Place } from '../processes/places.ts';
import { runProgram } from '../processes/program.ts';
import { serverCommand } from '../processes/server.ts';
import { until } from '../processes/until.ts';
import type { Workspace } from '../processes/workspace.ts';
import { LARGE_PREFIX, type Attack, type Counts } from './attacks.ts';
import { createMemoryGroup, type MemoryGroup } from './cgroup.ts';
import { startProbe } from './probe.ts';

const MIB = 1 << 20;
const MEMORY_BYTES = 512 * MIB;
/** Longer than a member lets itself be kept waiting. */
const ATTACK_MS = 15_000;
const ATTACKERS = 4;
const START_LIMIT_MS = 15_000;
const ADMIN_MS_MAX = 1_000;
const WRITE_MS_MAX = 2_000;
const BUILT = join(import.meta.dirname, '..', '..', 'dist', 'server', 'main.js');

const SCENARIOS: readonly {
  readonly kind: Attack;
  readonly count: number;
  readonly what: string;
}[] = [
  { kind: 'whole', count: 10_000, what: 'connections write 1 MiB each, all at once' },
  { kind: 'half', count: 5_000, what: 'connections send half of 1 MiB and stop' },
  { kind: 'deaf', count: 2_000, what: 'connections ask for 3 MiB and never read' },
  { kind: 'silent', count: 20_000, what: 'connections say nothing' },
];

const inMib = (bytes: number): string => `${(bytes / MIB).toFixed(0)} MiB`;

interface Stage {
  readonly workspace: Workspace;
  readonly group: MemoryGroup;
  readonly member: Member;
  readonly place: Place;
  readonly kv: KvClient;
}

await runProgram({ graceMs: 0 }, async (workspace) => {
  const group = groupOrNothing();
  if (group === undefined) return 0;
  const stage = await prepare(workspace, group);
  void stage.member.failure.then((words) => console.log(words));
  const problems: string[] = [];
  for (const scenario of SCENARIOS) problems.push(...(await play(stage, scenario)));
  for (const problem of problems) console.log(`FAILED: ${problem}`);
  stage.kv.close();
  await stage.member.end('SIGTERM');
  group.remove();
  return problems.length === 0 ? 0 : 1;
});

/** Without the right to make one there is nothing to be shown here. */
function groupOrNothing(): MemoryGroup | undefined {
  try {
    return createMemoryGroup(MEMORY_BYTES);
  } catch (error) {
    console.log(`SKIPPED: no group with bounded memory can be made here: ${String(error)}`);
    return undefined;
  }
}

/** One member in the group that leads itself, and holds what the deaf ask for. */
async function prepare(workspace: Workspace, group: MemoryGroup): Promise<Stage> {
  const [place] = await freePlaces(1);
  if (place === undefined) throw new Error('no ports are free');
  const directory = workspace.directory('member');
  const { bin, args } = serverCommand({
    directory,
    place,
    origin: { kind: 'bootstrap', peers: [] },
  });
  const built = args.with(0, BUILT);
  // The shell puts itself into the group, and becomes the member.
  const join = 'echo $$ > "$0" && exec "$@"';
  const member = createMember(workspace, directory, {
    bin: 'sh',
    args: ['-c', join, group.procs, bin, ...built],
  });
  member.start();
  await unlessFailed(
    [member],
    until('the member leads', START_LIMIT_MS, async () => {
      const { leaderId, memberId } = await statusOf(place.peer);
      return memberId !== 0 && leaderId === memberId;
    }),
  );
  const kv = createKvClient({ endpoints: () => [place.client], first: 0, timeoutMs: WRITE_MS_MAX });
  for (const name of ['a', 'b', 'c']) await kv.set(LARGE_PREFIX + name, name.repeat(MIB));
  return { workspace, group, member, place, kv };
}

/** One attack; returns what did not hold. */
async function play(
  { workspace, group, member, place, kv }: Stage,
  { kind, count, what }: (typeof SCENARIOS)[number],
): Promise<readonly string[]> {
  const { pid } = member;
  const before = await statsOf(place);
  group.resetPeak();
  const probe = startProbe(place.peer);
  const counts = await attackWith(workspace, place, kind, count);
  const { asked, failed, longestMs } = await probe.stop();
  const beginMs = performance.now();
  const written = await kv.set('overload/normal', `after ${kind}`);
  const writeMs = performance.now() - beginMs;
  const alive = pid !== undefined && member.pid === pid;
  const after = alive ? await statsOf(place) : new Map<string, number>();
  const since = (name: string): number => (after.get(name) ?? 0) - (before.get(name) ?? 0);

  console.log(`\n${count} ${what}`);
  console.log(
    `  clients: ${counts.connected} connected, ${counts.answered} answered, ${counts.closed} closed by the member`,
  );
  console.log(
    `  member: ${since('refused')} refused, ${since('overload')} ended for room, ${since('stalled')} ended as stalled`,
  );
  console.log(
    `  admin: ${asked} asked, ${failed} failed, the slowest took ${longestMs.toFixed(0)} ms; then a write took ${writeMs.toFixed(0)} ms`,
  );
  console.log(
    `  memory: peak ${inMib(group.peakBytes())} of ${inMib(MEMORY_BYTES)} with the page cache, ${alive ? residentPeak(pid) : '-'} resident at most so far`,
  );
  const held: readonly (readonly [boolean, string])[] = [
    [alive && group.kills() === 0, 'the process lives'],
    [failed === 0 && longestMs <= ADMIN_MS_MAX, `admin answers within ${ADMIN_MS_MAX} ms`],
    [written.kind === 'ok' && writeMs <= WRITE_MS_MAX, `a write takes at most ${WRITE_MS_MAX} ms`],
    [counts.connected > 0, 'the attack took place'],
  ];
  return held.filter(([holds]) => !holds).map(([, claim]) => `${kind}: ${claim}`);
}

/** Several processes: one may not open as many files as all together need. */
async function attackWith(
  workspace: Workspace,
  { client }: Place,
  kind: Attack,
  count: number,
): Promise<Counts> {
  const [host = '', port = ''] = client.split(':');
  const program = join(import.meta.dirname, 'attacker.ts');
  const results = await Promise.all(
    Array.from({ length: ATTACKERS }, async (_, at) => {
      const from = `127.0.0.${at + 2}`;
      const args = [program, kind, host, port, from, `${count / ATTACKERS}`, `${ATTACK_MS}`];
      const child = workspace.run({ bin: process.execPath, args });
      const [output, errors] = await Promise.all([text(child.output), text(child.errors)]);
      if (output === '') throw new Error(`an attacker failed: ${errors}`);
      return JSON.parse(output) as Counts;
    }),
  );
  const sum = (of: (counts: Counts) => number): number =>
    results.reduce((total, each) => total + of(each), 0);
  return {
    connected: sum((each) => each.connected),
    answered: sum((each) => each.answered),
    closed: sum((each) => each.closed),
  };
}

/** What the client port has counted, by short names. */
async function statsOf({ http }: Place): Promise<ReadonlyMap<string, number>> {
  const metrics = await (await fetch(`http://${http}/metrics`)).text();
  const names = [
    ['refused', /^robustmq_meta_connections_refused_total\{port="client"\} (\d+)$/m],
    [
      'overload',
      /^robustmq_meta_connections_ended_total\{port="client",reason="overload"\} (\d+)$/m,
    ],
    ['stalled', /^robustmq_meta_connections_ended_total\{port="client",reason="stalled"\} (\d+)$/m],
  ] as const;
  return new Map(names.map(([name, pattern]) => [name, Number(pattern.exec(metrics)?.[1] ?? 0)]));
}

/** The most memory that the process itself has had. */
function residentPeak(pid: number): string {
  const [, kib = '0'] = /^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return inMib(Number(kib) * 1024);
}
