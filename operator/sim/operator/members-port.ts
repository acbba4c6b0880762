/** Members as the operator reaches them. */
import type { Status } from '../../../proto/gen/robustmq/admin/v1/admin.ts';
import { AdminError } from '../../admin/admin-error.ts';
import type { Endpoint, Members } from '../../admin/members.ts';
import { believe } from '../certificates/believe.ts';
import { currentGroup, upOf } from '../members/fleet.ts';
import type { Process } from '../members/fleet.ts';
import { change, configurationIn, createGroup, isCaughtUp, lead } from '../members/group.ts';
import type { Group } from '../members/group.ts';
import { statusOf } from '../members/status-of.ts';
import { advance } from '../time.ts';
import type { World } from '../world.ts';
import { look, mutate } from './calls.ts';
import type { Life } from './life.ts';

/** A change that is not committed by then has no answer. */
const PATIENCE_MS = 2_000;

/** Who has founded a cluster leads it after so long. */
const FOUNDED_MS = [1, 300] as const;

/** A member that begins another cluster opens its directory anew, answers nobody meanwhile, and may lead later. */
const REOPENS_MS = [20, 3_000] as const;
const LEADS_MS = [1, 2_000] as const;

/** So long the operator waits for an answer to a question. */
const SILENT_MS = [60, 2_000] as const;

const unanswered = (what: string): AdminError => new AdminError('unknown', `no answer to ${what}`);
const refused = (why: string): AdminError => new AdminError('refused', why);

/** Calls, with all their troubles. */
export const createMembersPort = (world: World, life: Life): Members => ({
  status: (endpoint) => status(world, life, endpoint),
  bootstrap: (endpoint, request) => bootstrap(world, life, endpoint, request),
  changeMembership: (endpoint, request) => changeMembership(world, life, endpoint, request),
  transfer: (endpoint, request) => transfer(world, life, endpoint, request),
  recover: (endpoint, request) => recover(world, life, endpoint, request),
});

/** The request of a call. */
type Request<Call extends keyof Members> =
  Parameters<Members[Call]> extends [Endpoint, infer R] ? R : never;

/** The process at an address; undefined when nothing there can be heard. */
function processAt({ fleet, certificates, nowMs }: World, at: Endpoint): Process | undefined {
  const process = [...fleet.processes.values()].find(({ ip }) => ip === at.ip);
  if (process === undefined || at.tls === undefined) return undefined;
  const { authority: authorities, certificate } = at.tls;
  const operator = { authorities, certificate };
  if (!believe(certificates, operator, process.material, nowMs)) return undefined;
  const cutUntilMs = fleet.unreachable.get(process.directory.uuid) ?? 0;
  return cutUntilMs > nowMs ? undefined : process;
}

function reach(world: World, endpoint: Endpoint): Process {
  const process = processAt(world, endpoint);
  if (process === undefined) throw unanswered('a call');
  if (process.opensMs > world.nowMs) throw refused('it is being opened');
  return process;
}

function leaderAt(world: World, endpoint: Endpoint, index: number): Group {
  const { directory } = reach(world, endpoint);
  const group = world.fleet.groups.get(directory.group ?? '');
  if (group?.leader !== directory.uuid) throw refused('it does not lead');
  if (configurationIn(group).index !== index) throw refused('the configuration has moved');
  return group;
}

async function status(world: World, life: Life, at: Endpoint): ReturnType<Members['status']> {
  const ask = (): Status | undefined => {
    const process = processAt(world, at);
    // Of what is sent to nobody, a reset comes at once, or nothing at all.
    if (process === undefined && world.chance.calls.chance(0.3)) {
      advance(world, world.chance.calls.spread(...SILENT_MS));
    }
    return process && statusOf(world.fleet, world.certificates, process, world.nowMs);
  };
  try {
    return await look(world, life, ask, unanswered);
  } catch (error) {
    if (error instanceof AdminError) return undefined;
    throw error;
  }
}

function bootstrap(
  world: World,
  life: Life,
  at: Endpoint,
  { clusterId, directory: uuid }: Request<'bootstrap'>,
): Promise<void> {
  const { fleet } = world;
  const meant = (): Process => {
    const process = reach(world, at);
    if (process.directory.uuid !== uuid) throw refused('it is on another directory');
    return process;
  };
  return mutate(world, life, {
    check: () => {
      const { directory } = meant();
      if (directory.group === clusterId) return undefined;
      if (directory.group !== undefined) throw refused('it is a member already');
      return { kind: 'bootstrap', directory, clusterId };
    },
    carryOut: () => {
      const { directory, peerAddress } = meant();
      if (directory.group !== undefined) return;
      // The latest, also where Kubernetes was put back to before it was begun for the first time.
      fleet.groups.delete(clusterId);
      const leadsMs = world.nowMs + world.chance.members.spread(...FOUNDED_MS);
      fleet.groups.set(clusterId, createGroup(clusterId, directory, 1, peerAddress, leadsMs));
      fleet.founded.push(directory.uuid);
    },
    unanswered,
  });
}

async function changeMembership(
  world: World,
  life: Life,
  at: Endpoint,
  { configurationIndex, changes }: Request<'changeMembership'>,
): Promise<void> {
  const led = (): Group => leaderAt(world, at, configurationIndex);
  await mutate(world, life, {
    check: () => ({ kind: 'change', group: led(), changes }),
    carryOut: () => {
      const why = change(led(), upOf(world.fleet, world.nowMs), changes);
      if (why !== undefined) throw refused(why);
    },
    unanswered,
  });
  const untilMs = world.nowMs + PATIENCE_MS;
  const group = currentGroup(world.fleet);
  while (group && configurationIn(group).index > group.commit && world.nowMs < untilMs) {
    advance(world, world.stepMs);
  }
}

function transfer(
  world: World,
  life: Life,
  at: Endpoint,
  { configurationIndex, memberId, term }: Request<'transfer'>,
): Promise<void> {
  const led = (): Group => {
    const group = leaderAt(world, at, configurationIndex);
    if (group.term !== term) throw refused('it leads in another term');
    return group;
  };
  return mutate(world, life, {
    check: () => ({ kind: 'transfer', group: led(), memberId }),
    carryOut: () => {
      const group = led();
      const target = configurationIn(group).members.find(({ id }) => id === memberId);
      const next = upOf(world.fleet, world.nowMs).get(target?.directory ?? '');
      if (next === undefined || !isCaughtUp(group, next)) throw refused('it lags');
      if (next.scarce && !reach(world, at).directory.scarce) throw refused('it would hand back');
      next.match = group.index;
      lead(group, next, world.nowMs, world.chance.members);
    },
    unanswered,
  });
}

function recover(
  world: World,
  life: Life,
  at: Endpoint,
  { incidentId, memberId, lastLogTerm, lastLogIndex }: Request<'recover'>,
): Promise<void> {
  const { fleet } = world;
  return mutate(world, life, {
    check: () => {
      const { directory } = reach(world, at);
      if (fleet.recovered.get(incidentId) === directory.uuid) return undefined;
      const asChosen =
        directory.memberId === memberId &&
        directory.term === lastLogTerm &&
        directory.match === lastLogIndex;
      if (!asChosen) throw refused('it is not as it was chosen');
      if (currentGroup(fleet)?.leader !== undefined) throw refused('somebody leads');
      return { kind: 'recover', directory, incidentId };
    },
    carryOut: () => {
      const { directory, peerAddress } = reach(world, at);
      if (fleet.recovered.has(incidentId)) return;
      fleet.recovered.set(incidentId, directory.uuid);
      const id = `recovered-${fleet.groups.size}`;
      const { members } = world.chance;
      const reopensMs = world.nowMs + members.spread(...REOPENS_MS);
      const leadsMs = reopensMs + members.spread(...LEADS_MS);
      fleet.unreachable.set(directory.uuid, reopensMs);
      fleet.groups.set(id, createGroup(id, directory, memberId, peerAddress, leadsMs));
    },
    unanswered,
  });
}
