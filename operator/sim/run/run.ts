/** One run: a schedule of events, then peace, and what must have come of it. */
import { createPrng } from '../../../server/sim/prng.ts';
import { drawSchedule } from '../faults/schedule.ts';
import type { Schedule } from '../faults/schedule.ts';
import { EVENTS } from '../faults/events.ts';
import type { Happen } from '../faults/events.ts';
import { currentGroup } from '../members/fleet.ts';
import { configurationIn } from '../members/group.ts';
import { NO_TROUBLE } from '../operator/trouble.ts';
import type { Trouble } from '../operator/trouble.ts';
import { runOperator } from '../operator/run-operator.ts';
import { followRunbook } from '../person/runbook.ts';
import { clusterOf, createCluster, edit, pause, REMEDIATION } from '../person/spec.ts';
import { createWorld, elapsedMs, note, violate } from '../world.ts';
import type { Violation, World } from '../world.ts';
import { areCertificatesSettled, RENEWED_MS } from '../certificates/settled.ts';
import type { RobustMQCluster } from '../../api/cluster.ts';
import { CLUSTERS, STORAGE_CLASSES } from '../../resources/kinds.ts';
import { create } from '../kubernetes/api-server.ts';
import type { Kept } from '../kubernetes/api-server.ts';
import { posturesOf } from '../traces/posture.ts';
import { bringNodes } from '../kubernetes/nodes.ts';
import { STORAGE_CLASS } from '../kubernetes/stateful-set-controller.ts';
import { BAD_SETTING, BAD_TAG } from '../kubernetes/kubelet.ts';

const MINUTE_MS = 60_000;
/** In peace, everything is well after so long at most; replacements have a budget for an hour. */
const PEACE_MS = 240 * MINUTE_MS;
/** A person looks at the cluster so often; an operator lives that long, and has time to see who is stuck. */
const VISIT_MS = 15 * MINUTE_MS;
/** So long it may be before anybody looks. */
const UNSEEN_MS = 24 * 60 * MINUTE_MS;
/** What a status remembers is forgotten by then. */
const REST_MS = 70 * MINUTE_MS;

export interface Report {
  readonly seed: number;
  readonly violation: Violation | undefined;
  readonly history: readonly string[];
  readonly mutations: number;
  readonly rights: ReadonlySet<string>;
  /** What the resource became, one after the other. */
  readonly postures: readonly string[];
}

/** Runs the schedule of a seed. */
export const runSeed = (seed: number): Promise<Report> => runSchedule(drawSchedule(seed));

/** Runs a schedule; the same one gives the same report. */
export async function runSchedule(schedule: Schedule): Promise<Report> {
  const world = createWorld(schedule.seed);
  const trouble: Trouble = { ...schedule.trouble };
  const waiting = [...schedule.events];
  world.happen = () => {
    for (;;) {
      const [next] = waiting;
      if (next === undefined || next.atMs > elapsedMs(world)) return;
      waiting.shift();
      note(world, `event: ${next.name}`);
      const { name, atMs, replicas } = next;
      const event: Happen = EVENTS[name];
      event(world, createPrng(schedule.seed, `${name} ${atMs}`), trouble, replicas);
    }
  };
  world.pinned = schedule.pinned;
  world.promptness = schedule.promptness;
  bringNodes(world);
  const { replicas, replaceLostVolume, fixed = false } = schedule;
  create(world.server, STORAGE_CLASSES, STORAGE_CLASS, { allowVolumeExpansion: !fixed });
  createCluster(world, { replicas, remediation: { ...REMEDIATION, replaceLostVolume } });
  await runOperator(world, trouble, schedule.untilMs);
  await makePeace(world);
  const { seed } = schedule;
  const { violation, history, mutations, rights } = world;
  const postures = posturesOf(versionsOf(world));
  return { seed, violation, history, mutations, rights, postures };
}

/** Every version of the resource. */
const versionsOf = ({ server }: World): readonly RobustMQCluster[] =>
  server.events.flatMap(({ resource, object }) =>
    resource.plural === CLUSTERS.plural && object !== undefined
      ? (object as Kept<RobustMQCluster>)
      : [],
  );

async function makePeace(world: World): Promise<void> {
  note(world, 'peace');
  world.happen = () => undefined;
  world.stepMs = 500;
  world.capacity = Infinity;
  bringNodes(world);
  world.cutOff.clear();
  world.fleet.isolated.clear();
  world.fleet.unreachable.clear();
  pause(world, false);
  const { version, configuration = {} } = clusterOf(world)?.spec.meta ?? {};
  if (version === BAD_TAG) edit(world, { version: clusterOf(world)?.status?.version ?? '0.1.0' });
  if (BAD_SETTING in configuration) edit(world, { configuration: {} });

  const endMs = elapsedMs(world) + PEACE_MS;
  while (!isWell(world) && elapsedMs(world) < endMs && world.violation === undefined) {
    await runOperator(world, NO_TROUBLE, elapsedMs(world) + VISIT_MS, (outcome) => {
      return outcome === 'settled' && isWell(world);
    });
    if (!isWell(world)) followRunbook(world);
  }
  if (!isWell(world)) {
    violate(world, 'convergence', describeEnd(world));
    return;
  }
  note(world, 'all is well');
  if (!(await grow(world))) return;
  world.stepMs = 30_000;
  await runOperator(world, NO_TROUBLE, elapsedMs(world) + REST_MS);
  const before = world.mutations;
  world.stepMs = 1_000;
  await runOperator(world, NO_TROUBLE, elapsedMs(world) + MINUTE_MS);
  if (world.mutations > before) {
    violate(world, 'steady state', `${world.mutations - before} changes while nothing happens`);
  }
}

/** Certificates come of age, and the authority then. */
async function grow(world: World): Promise<boolean> {
  const { aged } = world.certificates;
  for (const kind of ['leaves', 'authorities'] as const) {
    note(world, `${kind} come of age`);
    aged[kind] += RENEWED_MS[kind] + UNSEEN_MS;
    const endMs = elapsedMs(world) + VISIT_MS;
    await runOperator(world, NO_TROUBLE, endMs, (outcome) => {
      return outcome === 'settled' && isWell(world);
    });
    if (world.violation !== undefined) return false;
    if (isWell(world)) continue;
    violate(world, 'certificates are renewed', describeEnd(world));
    return false;
  }
  return true;
}

/** As many healthy voters as are wanted, and a status that says so. */
function isWell(world: World): boolean {
  const cluster = clusterOf(world);
  const group = currentGroup(world.fleet);
  if (cluster === undefined || group === undefined) return false;
  const { members, outgoingVoterIds } = configurationIn(group);
  const ready = cluster.status?.conditions?.find(({ type }) => type === 'Ready');
  return (
    members.length === cluster.spec.meta.replicas &&
    outgoingVoterIds.length === 0 &&
    members.every(({ directory }) => world.fleet.health.get(directory)?.healthy === true) &&
    ready?.status === 'True' &&
    areCertificatesSettled(world) &&
    cluster.status?.observedGeneration === cluster.metadata.generation
  );
}

function describeEnd(world: World): string {
  const cluster = clusterOf(world);
  const group = currentGroup(world.fleet);
  const members = group ? configurationIn(group).members.map(({ id }) => id) : [];
  const wrong = cluster?.status?.conditions?.find(({ type }) => type === 'Ready');
  return `members ${members.join(' ')} of ${cluster?.spec.meta.replicas ?? 0}; ${wrong?.reason ?? ''}: ${wrong?.message ?? ''}`;
}
