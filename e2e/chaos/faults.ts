/** Everything that is done to a cluster, one row each. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Phase } from '../../proto/gen/robustmq/admin/v1/admin.ts';
import type { Prng } from '../../server/sim/prng.ts';
import { stopMembers } from '../local/local-cluster.ts';
import { settledVoters, statusOf } from '../processes/admin.ts';
import { until } from '../processes/until.ts';
import type { Manner } from '../processes/network.ts';
import { cutOffMember } from './cuts.ts';
import type { FaultKind } from './fault-kind.ts';
import type { DiskTrouble } from './faulty-disk.ts';
import { mayFail, type Fleet, type FleetMember, type View } from './fleet.ts';
import { addMember, removeMember, transfer } from './membership.ts';

/** What a fault works with. */
export interface Scene {
  readonly fleet: Fleet;
  readonly view: View;
  readonly random: Prng;
  /** Writes down what is done. */
  readonly tell: (event: string) => void;
}

export interface Fault {
  readonly name: string;
  /** What a run can be asked for. */
  readonly kind: FaultKind;
  /** How often it is drawn, beside the others. */
  readonly weight: number;
  /** What only one of may go on at a time. */
  readonly exclusive?: 'membership';
  /** Only while nothing else goes on. */
  readonly alone?: true;
  readonly isFair: (scene: Scene) => boolean;
  /** Does it, and heals it. */
  readonly strike: (scene: Scene) => Promise<void>;
}

const AWAY_MS_MAX = 4_000;
/** Longer than followers wait for a leader that is silent. */
const STOPPED_MS_MAX = 6_000;
/** Longer than the bound of a stall that a leader hands over for. */
const SICK_MS_MAX = 4_000;
const SLOW = 'slow-syncs 100';
const SLOW_MS_MAX = 500;
const TORN_SEEDS = 2 ** 31;
const FLAPS = 4;
/** Handing over, and then the requests in work, as the settings of a member bound them; and a little. */
const LEAVE_MS_MAX = 13_000;
const START_MS_MAX = 20_000;
const MEMBERS_MIN = 3;
const MEMBERS_MAX = 5;

const oneMayFail = ({ fleet, view }: Scene): boolean => mayFail(fleet, view) > 0;
const votersOf = ({ view }: Scene): number => settledVoters(view.status.configuration).length;
const isFit = ({ impaired }: FleetMember): boolean => impaired === undefined;
const fit = ({ fleet }: Scene): readonly FleetMember[] => fleet.members.filter(isFit);
const leader = ({ view }: Scene): FleetMember => view.leader;
/** One that is cut off leads for a while; what ends that must find it as it was left. */
const leaderMayFail = (scene: Scene): boolean => oneMayFail(scene) && isFit(leader(scene));
/** What a follower suffers is hardly noticed. */
const mostlyLeader = (scene: Scene): FleetMember =>
  scene.random.chance(0.6) && isFit(leader(scene)) ? leader(scene) : anyone(scene);
const anyone = (scene: Scene): FleetMember => scene.random.pick(fit(scene));

export const FAULTS: readonly Fault[] = [
  {
    name: 'kill any member',
    ...{ kind: 'kill', weight: 4, isFair: oneMayFail },
    strike: (scene) => kill(scene, anyone(scene)),
  },
  {
    name: 'kill the leader',
    ...{ kind: 'kill', weight: 4, isFair: leaderMayFail },
    strike: (scene) => kill(scene, leader(scene)),
  },
  {
    name: 'stop any member',
    ...{ kind: 'stop', weight: 2, isFair: oneMayFail },
    strike: (scene) => stop(scene, anyone(scene)),
  },
  {
    name: 'stop the leader',
    ...{ kind: 'stop', weight: 2, isFair: leaderMayFail },
    strike: (scene) => stop(scene, leader(scene)),
  },
  {
    name: 'restart in good order',
    ...{ kind: 'restart', weight: 2, isFair: oneMayFail },
    strike: (scene) => restart(scene, anyone(scene)),
  },
  {
    name: 'transfer leadership',
    ...{ kind: 'transfer', weight: 2, isFair: () => true },
    strike: async ({ view, tell }) => {
      tell(`transfer from ${view.leader.name}`);
      await transfer(view);
    },
  },
  {
    name: 'add a member',
    ...{ kind: 'change', weight: 3, exclusive: 'membership' },
    isFair: (scene) => votersOf(scene) < MEMBERS_MAX,
    strike: async ({ fleet, tell }) => {
      const { name } = await addMember(fleet);
      tell(`${name} was added and promoted`);
    },
  },
  {
    name: 'remove a member',
    ...{ kind: 'change', weight: 3, exclusive: 'membership' },
    isFair: (scene) => votersOf(scene) > MEMBERS_MIN && oneMayFail(scene),
    strike: async (scene) => {
      const leaving = anyone(scene);
      await removeMember(scene.fleet, leaving);
      scene.tell(`${leaving.name} was removed`);
    },
  },
  {
    name: 'power loss of any member',
    ...{ kind: 'power', weight: 3, isFair: oneMayFail },
    strike: (scene) => losePower(scene, [anyone(scene)]),
  },
  {
    name: 'power loss of all members at once',
    ...{ kind: 'power', weight: 8, alone: true, isFair: ({ fleet }) => fleet.members.every(isFit) },
    strike: (scene) => losePower(scene, [...scene.fleet.members]),
  },
  {
    name: 'torn writes of any member',
    ...{ kind: 'torn', weight: 2, isFair: oneMayFail },
    strike: (scene) => tearWrites(scene, [anyone(scene)]),
  },
  {
    name: 'torn writes of all members at once',
    ...{ kind: 'torn', weight: 4, alone: true, isFair: ({ fleet }) => fleet.members.every(isFit) },
    strike: (scene) => tearWrites(scene, [...scene.fleet.members]),
  },
  ...(['fail-writes', 'fail-syncs', 'fill', 'hang-syncs', 'slow-syncs 300'] as const).map(
    (trouble): Fault => ({
      name: `disk: ${trouble}`,
      ...{ kind: 'disk', weight: 2, isFair: oneMayFail },
      strike: (scene) => sicken(scene, trouble),
    }),
  ),
  ...(['both ways', 'what it sends', 'what is sent to it', 'flapping'] as const).map(
    (manner): Fault => ({
      name: `partition: ${manner}`,
      ...{ kind: 'partition', weight: 2, isFair: oneMayFail },
      strike: (scene) => isolate(scene, manner),
    }),
  ),
];

/**
 * SIGKILL at the same moment, and nothing is left on their disks but what was synced.
 *
 * @param tornSeed then also a part of what was being written.
 */
async function losePower(
  { random, tell }: Scene,
  members: readonly FleetMember[],
  tornSeed?: number,
): Promise<void> {
  const awayMs = random.below(AWAY_MS_MAX);
  tell(`power loss of ${members.map(({ name }) => name).join(', ')}, back after ${awayMs} ms`);
  for (const member of members) member.impaired = 'killed';
  await Promise.all(members.map(({ server }) => server.end('SIGKILL')));
  const disks = members.flatMap(({ site: { disk } }) => disk ?? []);
  const torn = await Promise.all(disks.map((disk) => disk.losePower(tornSeed)));
  if (tornSeed !== undefined) tell(`torn files on each disk: ${torn.join(', ')}`);
  await Promise.all(disks.map((disk) => disk.heal()));
  await sleep(awayMs);
  for (const { server } of members) server.start();
  await Promise.all(members.map(isBack));
}

/** A power loss in the midst of writes: syncs take long, so that some are under way. */
async function tearWrites(scene: Scene, members: readonly FleetMember[]): Promise<void> {
  const { random, tell } = scene;
  tell(`writes of ${members.map(({ name }) => name).join(', ')} are torn:`);
  // From now on: whoever killed one of them meanwhile would start it a second time.
  for (const member of members) member.impaired = 'sick';
  await Promise.all(members.map(async ({ site }) => site.disk?.begin(SLOW)));
  await sleep(random.between(100, SLOW_MS_MAX));
  await losePower(scene, members, random.below(TORN_SEEDS));
}

async function sicken(scene: Scene, trouble: DiskTrouble): Promise<void> {
  const { random, tell } = scene;
  const member = mostlyLeader(scene);
  const sickMs = random.between(100, SICK_MS_MAX);
  tell(`${trouble} on the disk of ${member.name} for ${sickMs} ms`);
  member.impaired = 'sick';
  await member.site.disk?.begin(trouble);
  await sleep(sickMs);
  await member.site.disk?.heal();
  await isBack(member);
}

/** Between a member and all others, not between it and clients. */
async function isolate(scene: Scene, manner: Manner | 'flapping'): Promise<void> {
  const { fleet, random, tell } = scene;
  const member = mostlyLeader(scene);
  const cutMs = random.between(500, STOPPED_MS_MAX);
  tell(`${member.name} is cut off (${manner}) for ${cutMs} ms`);
  member.impaired = 'cut';
  const flaps = manner === 'flapping' ? FLAPS : 1;
  for (let flap = 0; flap < flaps; flap++) {
    const mend = cutOffMember(fleet, member, manner === 'flapping' ? 'both ways' : manner);
    await sleep(cutMs / flaps / 2);
    if (flaps === 1) await sleep(cutMs / 2);
    mend();
    if (flap + 1 < flaps) await sleep(cutMs / flaps / 2);
  }
  member.impaired = undefined;
}

async function kill({ random, tell }: Scene, member: FleetMember): Promise<void> {
  const awayMs = random.below(AWAY_MS_MAX);
  tell(`SIGKILL of ${member.name}, back after ${awayMs} ms`);
  member.impaired = 'killed';
  await member.server.end('SIGKILL');
  await sleep(awayMs);
  await comeBack(member);
}

async function stop({ random, tell }: Scene, member: FleetMember): Promise<void> {
  const stoppedMs = random.between(100, STOPPED_MS_MAX);
  tell(`SIGSTOP of ${member.name} for ${stoppedMs} ms`);
  member.impaired = 'stopped';
  member.server.signal('SIGSTOP');
  await sleep(stoppedMs);
  member.server.signal('SIGCONT');
  member.impaired = undefined;
}

async function restart({ tell }: Scene, member: FleetMember): Promise<void> {
  tell(`SIGTERM of ${member.name}, and back`);
  member.impaired = 'killed';
  const [status] = await stopMembers([member.server], LEAVE_MS_MAX);
  await comeBack(member);
  if (status !== 0) throw new UncleanExitError(member.name, status);
}

async function comeBack(member: FleetMember): Promise<void> {
  member.server.start();
  await isBack(member);
}

/** Waits until it works: before that it is no better than one that is down. */
async function isBack(member: FleetMember): Promise<void> {
  const { phase, error } = await until(`${member.name} is back`, START_MS_MAX, async () => {
    const status = await statusOf(member.server.place.peer);
    return (status.phase === Phase.RUNNING || status.phase === Phase.REFUSED) && status;
  });
  if (phase === Phase.REFUSED) throw new Error(`${member.name} refuses its directory: ${error}`);
  member.impaired = undefined;
}

/** A member that was told to leave in good order did not. */
export class UncleanExitError extends Error {
  override readonly name = 'UncleanExitError';

  constructor(member: string, status: number | undefined) {
    super(`${member} was told to leave, and ended with status ${status ?? 'of a signal'}`);
  }
}
