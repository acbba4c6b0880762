/** The commands of transcripts. */
import type { Change, TimingTrust } from '../membership/configuration.ts';
import { EMPTY_CONFIGURATION } from '../membership/configuration.ts';
import { toIndex, toMemberId, type MemberId } from '../ids.ts';
import type { Input } from '../input.ts';
import { invariant } from '../invariant.ts';
import { DEFAULT_OPTIONS } from '../options.ts';
import { placedOf, termOf } from '../raft.ts';
import { renderConfiguration, renderPosition } from './rendering.ts';
import * as station from './station.ts';
import { bytes, cluster, logOf } from './value.ts';
import * as worlds from './world.ts';
import type { World } from './world.ts';

/** Carries a command out. `words` follow its name, `body` is the lines below it. */
type Command = (world: World, words: readonly string[], body: readonly string[]) => void;

/** Between two looks at the clock. */
const TICK_MS = 50;

/** Carries out the command of this name. */
export function carryOut(
  world: World,
  name: string,
  words: readonly string[],
  body: readonly string[],
): void {
  const command = commands[name];
  invariant(command !== undefined, 'a transcript has known commands only', { name });
  command(world, words, body);
}

/** All commands, by name. */
const commands: Readonly<Record<string, Command>> = {
  // members 3 [learners 1] [trust lease] [append-bytes 40]; then lines such as `2 term 4 log 1 1 4`
  members: beginCluster,
  // join 4: starts a member that has nothing
  join: (world, [id]) => {
    const created = station.createStation(toMember(id), EMPTY_CONFIGURATION);
    world.stations.set(created.id, created);
    station.boot(created, world.options, world.nowMs);
  },
  // wait 100: lets milliseconds go by, then everyone looks at the clock
  wait: (world, [ms]) => {
    world.nowMs += Number(ms);
    for (const id of worlds.running(world)) worlds.give(world, id, { kind: 'tick' }, 'tick', true);
  },
  // run 2000: for so many milliseconds everyone looks at the clock and all is delivered; shows roles only
  run: (world, [ms]) => {
    for (const endMs = world.nowMs + Number(ms); world.nowMs < endMs;) {
      world.nowMs += TICK_MS;
      for (const id of worlds.running(world)) worlds.give(world, id, { kind: 'tick' }, 'tick');
      worlds.deliverAll(world);
    }
    showRoles(world);
  },
  // quietly deliver: shows roles only
  quietly: (world, [name = '', ...words], body) => {
    carryOut(world, name, words, body);
    showRoles(world);
  },
  // tick 1: a member looks at the clock
  tick: (world, [id]) => worlds.give(world, toMember(id), { kind: 'tick' }, 'tick'),
  // campaign 1: lets time go by until the member's wait is over; it alone looks at the clock
  campaign: (world, [id]) => {
    const { role } = worlds.raftOf(world, toMember(id));
    invariant('deadlineMs' in role, 'who campaigns waits for a leader', { role: role.kind });
    world.nowMs = Math.max(world.nowMs, role.deadlineMs);
    worlds.give(world, toMember(id), { kind: 'tick' }, 'tick');
  },
  // propose 1 a b: two commands
  propose: (world, [id, ...texts]) =>
    ask(world, id, (context) => ({ kind: 'propose', context, commands: texts.map(bytes) })),
  read: (world, [id]) => ask(world, id, (context) => ({ kind: 'read', context })),
  // change 1 add d4, remove 2, promote 4, demote 3, trust lease
  change: (world, [id, ...words]) => {
    const changes = words.join(' ').split(', ').map(toChange);
    const expected = placedOf(worlds.raftOf(world, toMember(id))).index;
    ask(world, id, (context) => ({ kind: 'change', context, expected, changes }));
  },
  // transfer 1 [2]
  transfer: (world, [id, to]) => {
    const target = to === undefined ? undefined : toMember(to);
    ask(world, id, (context) => ({ kind: 'transfer', context, to: target }));
  },
  // deliver: all that is on its way and all that follows; deliver 1>2: what is on its way there
  deliver: (world, links) => {
    if (links.length === 0) worlds.deliverAll(world);
    for (const link of links) worlds.deliverFrom(world, ...toLink(link));
  },
  // drop, drop 1>2
  drop: (world, links) => {
    if (links.length === 0) worlds.dropAll(world);
    for (const link of links) worlds.dropFrom(world, ...toLink(link));
  },
  // partition 1 | 2 3
  partition: (world, words) => {
    for (const [side, members] of words.join(' ').split(' | ').entries()) {
      for (const id of members.split(' ')) world.sides.set(Number(id), side);
    }
  },
  heal: (world) => world.sides.clear(),
  // lose-sight 2 1, see 2 1: the transport of 2 lost, or found, the process of 1
  'lose-sight': (world, [id, of]) => hint(world, id, of, false),
  see: (world, [id, of]) => hint(world, id, of, true),
  'hold-disk': (world, [id]) => {
    worlds.stationOf(world, toMember(id)).held = true;
  },
  // persist 2: what waits is written; the disk is still held
  persist: (world, [id]) => worlds.flush(world, worlds.stationOf(world, toMember(id)), true),
  'release-disk': (world, [id]) => {
    const member = worlds.stationOf(world, toMember(id));
    member.held = false;
    worlds.flush(world, member, true);
  },
  'fail-disk': (world, [id]) =>
    worlds.give(world, toMember(id), { kind: 'storageFailed' }, 'storageFailed'),
  crash: (world, [id]) => {
    worlds.stationOf(world, toMember(id)).raft = undefined;
  },
  restart: (world, [id]) =>
    station.boot(worlds.stationOf(world, toMember(id)), world.options, world.nowMs),
  // wipe 3: a member that is down loses its disk; it will not come back under this id
  wipe: (world, [id]) => void world.stations.delete(toMember(id)),
  // compact 1: all that is applied becomes durable, and leaves the log
  compact: (world, [id]) => {
    const member = worlds.stationOf(world, toMember(id));
    station.checkpoint(member);
    const { index } = member.state.position;
    worlds.give(world, member.id, { kind: 'compact', through: index, floor: index }, 'compact');
  },
  status: showStatus,
};

const toMember = (word: string | undefined): MemberId => toMemberId(Number(word));

function toLink(link: string): readonly [number, number] {
  const [from, to] = link.split('>').map(Number);
  invariant(from !== undefined && to !== undefined, 'a link is written as 1>2', { link });
  return [from, to];
}

function toChange(wish: string): Change {
  const [kind = '', what = ''] = wish.split(' ');
  switch (kind) {
    case 'add':
      return { kind, directory: what, priority: 0 };
    case 'promote':
    case 'demote':
    case 'remove':
      return { kind, id: toMember(what) };
    case 'trust':
      return { kind: 'trust', trust: what as TimingTrust };
    default:
      invariant(false, 'a change is add, promote, demote, remove or trust', { wish });
  }
}

function ask(world: World, id: string | undefined, inputOf: (context: number) => Input): void {
  world.context += 1;
  const input = inputOf(world.context);
  worlds.give(world, toMember(id), input, `${input.kind} #${world.context}`);
}

function hint(
  world: World,
  id: string | undefined,
  of: string | undefined,
  reachable: boolean,
): void {
  const member = toMember(of);
  const what = `${member} ${reachable ? 'reachable' : 'unreachable'}`;
  worlds.give(world, toMember(id), { kind: 'peer', member, reachable }, what);
}

function beginCluster(world: World, words: readonly string[], body: readonly string[]): void {
  const valueOf = (name: string): string | undefined =>
    words.includes(name) ? words[words.indexOf(name) + 1] : undefined;
  const voters = Array.from({ length: Number(words[0]) }, (_, at) => at + 1);
  const learners = Array.from(
    { length: Number(valueOf('learners') ?? 0) },
    (_, at) => voters.length + at + 1,
  );
  const trust = (valueOf('trust') ?? 'earlyCampaign') as TimingTrust;
  const configuration = cluster({ voters, learners, trust });
  const appendBytesMax = Number(valueOf('append-bytes') ?? DEFAULT_OPTIONS.appendBytesMax);
  world.options = { ...DEFAULT_OPTIONS, appendBytesMax };
  world.stations.clear();
  world.network = [];
  world.sides.clear();
  for (const id of [...voters, ...learners]) {
    const line = body.find((candidate) => candidate.startsWith(`${id} term `));
    const [term = '0', log = ''] = line?.slice(`${id} term `.length).split(' log ') ?? [];
    const terms = log === '' ? [] : log.split(' ').map(Number);
    const member = station.createStation(
      toMember(String(id)),
      configuration,
      logOf(terms),
      Number(term),
    );
    world.stations.set(id, member);
    station.boot(member, world.options, world.nowMs);
  }
}

/** Leaves what became of roles, each behind the member it is about. */
function showRoles(world: World): void {
  let about = '';
  const roles: string[] = [];
  for (const line of world.output) {
    if (!line.startsWith(' ')) about = line.slice(0, line.indexOf(':'));
    else if (line.startsWith('  role')) roles.push(`${about}:${line.slice(1)}`);
  }
  world.output = roles;
}

function showStatus(world: World): void {
  for (const { id, raft, disk, state } of world.stations.values()) {
    const base = disk.base.index === 0 ? '' : `…${renderPosition(disk.base)} `;
    const log = `log ${base}${disk.entries.map((entry) => entry.term).join(' ')}`;
    const applied = `applied ${state.position.index} "${state.commands.filter((data) => data !== '').join(' ')}"`;
    if (raft === undefined) {
      world.output.push(`${id} down t${disk.hardState.term} ${log}`);
      continue;
    }
    const membership = `{${renderConfiguration(placedOf(raft).configuration)}}`;
    const progress = `commit ${toIndex(raft.commit)} ${applied}`;
    world.output.push(`${id} ${raft.role.kind} t${termOf(raft)} ${log} ${progress} ${membership}`);
  }
}
