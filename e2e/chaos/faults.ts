/** Everything that is done to a cluster, one row each. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Phase } from '../../proto/gen/robustmq/admin/v1/admin.ts';
import type { Prng } from '../../server/sim/world/prng.ts';
import { stopMembers } from '../local/local-cluster.ts';
import { settledVoters, statusOf } from '../processes/admin.ts';
import { until } from '../processes/until.ts';
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
  /** By which column of the report it is counted. */
  readonly kind: 'kill' | 'stop' | 'restart' | 'transfer' | 'change';
  /** How often it is drawn, beside the others. */
  readonly weight: number;
  /** What only one of may go on at a time. */
  readonly exclusive?: 'membership';
  readonly isFair: (scene: Scene) => boolean;
  /** Does it, and heals it. */
  readonly strike: (scene: Scene) => Promise<void>;
}

const AWAY_MS_MAX = 4_000;
/** Longer than followers wait for a leader that is silent. */
const STOPPED_MS_MAX = 6_000;
/** Handing over, and then the requests in work, as the settings of a member bound them; and a little. */
const LEAVE_MS_MAX = 13_000;
const START_MS_MAX = 20_000;
const MEMBERS_MIN = 3;
const MEMBERS_MAX = 5;

const oneMayFail = ({ fleet, view }: Scene): boolean => mayFail(fleet, view) > 0;
const votersOf = ({ view }: Scene): number => settledVoters(view.status.configuration).length;
const fit = ({ fleet }: Scene): readonly FleetMember[] =>
  fleet.members.filter(({ impaired }) => impaired === undefined);
const leader = ({ view }: Scene): FleetMember => view.leader;
const anyone = (scene: Scene): FleetMember => scene.random.pick(fit(scene));

export const FAULTS: readonly Fault[] = [
  {
    name: 'kill any member',
    ...{ kind: 'kill', weight: 4, isFair: oneMayFail },
    strike: (scene) => kill(scene, anyone(scene)),
  },
  {
    name: 'kill the leader',
    ...{ kind: 'kill', weight: 4, isFair: oneMayFail },
    strike: (scene) => kill(scene, leader(scene)),
  },
  {
    name: 'stop any member',
    ...{ kind: 'stop', weight: 2, isFair: oneMayFail },
    strike: (scene) => stop(scene, anyone(scene)),
  },
  {
    name: 'stop the leader',
    ...{ kind: 'stop', weight: 2, isFair: oneMayFail },
    strike: (scene) => stop(scene, leader(scene)),
  },
  {
    name: 'restart in good order',
    ...{ kind: 'restart', weight: 2, isFair: oneMayFail },
    strike: (scene) => restart(scene, anyone(scene)),
  },
  {
    name: 'transfer leadership',
    ...{ kind: 'transfer', weight: 3, isFair: () => true },
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
];

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

/** Starts it, and waits until it answers: before that it is no better than one that is down. */
async function comeBack(member: FleetMember): Promise<void> {
  member.server.start();
  await until(`${member.name} is back`, START_MS_MAX, async () => {
    const { phase } = await statusOf(member.server.place.peer);
    return phase === Phase.RUNNING;
  });
  member.impaired = undefined;
}

/** A member that was told to leave in good order did not. */
export class UncleanExitError extends Error {
  override readonly name = 'UncleanExitError';

  constructor(member: string, status: number | undefined) {
    super(`${member} was told to leave, and ended with status ${status ?? 'of a signal'}`);
  }
}
