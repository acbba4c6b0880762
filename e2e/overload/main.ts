/** `npm run e2e:overload`: clients that misbehave by the thousand, and a member with little memory. */
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import Table from 'cli-table3';
import { Command } from 'commander';
import { statusOf } from '../processes/admin.ts';
import { countOf } from '../processes/flags.ts';
import type { Place } from '../processes/places.ts';
import { runProgram } from '../processes/program.ts';
import type { Workspace } from '../processes/workspace.ts';
import type { Attack, Counts } from './attacks.ts';
import { createMemoryGroup, type MemoryGroup } from './cgroup.ts';
import { prefer } from './priority.ts';
import { startProbe } from './probe.ts';
import { anonymousBytes, countedBy, prepare, writeOnce, type Stage } from './stage.ts';

const MIB = 1 << 20;
const MEMORY_BYTES = 512 * MIB;
const SECOND_MS = 1_000;
const ATTACKERS = 4;
const ADMIN_LIMIT_MS = 10_000;
const WRITE_MS_MAX = 2_000;
/** Of the normal writes during an attack, so many may be refused. */
const REFUSED_SHARE_MAX = 0.1;

const SCENARIOS: readonly {
  readonly kind: Attack;
  readonly count: number;
  readonly what: string;
}[] = [
  { kind: 'whole', count: 10_000, what: 'write 1 MiB each, all at once' },
  { kind: 'half', count: 5_000, what: 'send half of 1 MiB and stop' },
  { kind: 'deaf', count: 2_000, what: 'ask for 3 MiB and never read' },
  { kind: 'silent', count: 20_000, what: 'say nothing' },
];

interface Flags {
  readonly seconds: number;
  readonly percent: number;
  readonly adminMsMax: number;
}

const flags = new Command('overload')
  .description('Floods a member in little memory with clients that misbehave.')
  // Longer than a member lets itself be kept waiting.
  .option('--seconds <n>', 'how long each attack goes on', countOf(2, 3_600), 20)
  .option('--percent <n>', 'of the connections of each attack', countOf(1, 100), 100)
  .option(
    '--admin-ms-max <n>',
    'how long an admin answer may take',
    countOf(1, ADMIN_LIMIT_MS),
    1_000,
  )
  .parse()
  .opts<Flags>();

const HEAD = [
  ['connections that', ''],
  ['connected,', 'answered'],
  ['refused,', 'for room,', 'stalled'],
  ['admin: asked,', 'failed, max ms'],
  ['writes: tried,', 'failed, max ms'],
  ['MiB: peak, then', 'of its own'],
].map((lines) => lines.join('\n'));

const EXIT_FAILED = 1;

const inMib = (bytes: number): string => (bytes / MIB).toFixed(0);

await runProgram({ graceMs: 0 }, async (workspace) => {
  const group = groupOrNothing();
  if (group === undefined) return EXIT_FAILED;
  const stage = await prepare(workspace, group);
  // What asks the member is on no machine of theirs either.
  for (const pid of [stage.member.pid, process.pid]) if (pid !== undefined) prefer(pid);
  const table = new Table({ head: HEAD, style: { head: [] } });
  const problems: string[] = [];
  for (const scenario of SCENARIOS) {
    const count = Math.ceil((scenario.count * flags.percent) / 100);
    const { cells, broken } = await play(workspace, stage, { ...scenario, count });
    table.push([...cells]);
    problems.push(...broken);
    if (stage.member.pid === undefined) break;
  }
  console.log(table.toString());
  if (stage.member.pid === undefined) problems.push(await stage.member.failure);
  for (const problem of problems) console.log(`FAILED: ${problem}`);
  if (problems.length === 0) console.log(`The member lives, with ${MEMORY_BYTES / MIB} MiB.`);
  stage.kv.close();
  await stage.member.end('SIGTERM');
  group.remove();
  return problems.length === 0 ? 0 : 1;
});

/** Without the right to make one nothing can be shown here, so that nothing holds. */
function groupOrNothing(): MemoryGroup | undefined {
  try {
    return createMemoryGroup(MEMORY_BYTES);
  } catch (error) {
    console.log(
      `FAILED: no group with bounded memory can be made here, which takes Linux, root and a writable /sys/fs/cgroup: ${String(error)}`,
    );
    return undefined;
  }
}

/** One attack: a row of the table, and what did not hold. */
async function play(
  workspace: Workspace,
  { group, member, kv }: Stage,
  { kind, count, what }: (typeof SCENARIOS)[number],
): Promise<{ readonly cells: readonly string[]; readonly broken: readonly string[] }> {
  const { place } = member;
  const before = await countedBy(place);
  group.resetPeak();
  const probes = [
    startProbe(() => statusOf(place.peer, ADMIN_LIMIT_MS)),
    startProbe(() => writeOnce(kv)),
  ] as const;
  const counts = await attackWith(workspace, place, kind, count);
  const [admin, writes] = await Promise.all([probes[0].stop(), probes[1].stop()]);
  const beginMs = performance.now();
  const isWritten = await writeOnce(kv).then(
    () => true,
    () => false,
  );
  const writeMs = performance.now() - beginMs;
  const { pid } = member;
  const lives = pid !== undefined && group.kills() === 0;
  const { refused, overload, stalled } = lives ? await countedBy(place) : before;
  const own = lives ? inMib(anonymousBytes(pid)) : '-';
  const held: readonly (readonly [boolean, string])[] = [
    [lives, 'the process lives'],
    [counts.connected > 0, 'the attack took place'],
    [admin.failed === 0, `admin answers: ${admin.why}`],
    [admin.longestMs <= flags.adminMsMax, `admin answers within ${flags.adminMsMax} ms`],
    [writes.failed <= writes.tried * REFUSED_SHARE_MAX, `writes go on: ${writes.why}`],
    [isWritten && writeMs <= WRITE_MS_MAX, `then a write takes at most ${WRITE_MS_MAX} ms`],
  ];
  return {
    cells: [
      `${count}\n${what}`,
      `${counts.connected}\n${counts.answered}`,
      `${refused - before.refused}\n${overload - before.overload}\n${stalled - before.stalled}`,
      `${admin.tried}\n${admin.failed}\n${admin.longestMs.toFixed(0)}`,
      `${writes.tried}\n${writes.failed}\n${writes.longestMs.toFixed(0)}`,
      `${inMib(group.peakBytes())}\n${own}`,
    ],
    broken: held.filter(([holds]) => !holds).map(([, claim]) => `${kind}: ${claim}`),
  };
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
  const shares = [Math.ceil(count / ATTACKERS), flags.seconds * SECOND_MS].map(String);
  const results = await Promise.all(
    Array.from({ length: ATTACKERS }, async (_, at) => {
      const from = `127.0.0.${at + 2}`;
      const args = [program, kind, host, port, from, ...shares];
      const child = workspace.run({ bin: process.execPath, args });
      const [output, errors] = await Promise.all([text(child.output), text(child.errors)]);
      if (output === '') throw new Error(`an attacker failed: ${errors}`);
      return JSON.parse(output) as Counts;
    }),
  );
  const sum = (of: (counts: Counts) => number): number =>
    results.reduce((total, each) => total + of(each), 0);
  return { connected: sum((each) => each.connected), answered: sum((each) => each.answered) };
}
