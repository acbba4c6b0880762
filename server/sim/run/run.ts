/** Runs a plan: the same plan gives the same run, byte for byte. */
import { invariant, InvariantError } from '../../raft/invariant.ts';
import { perform } from '../faults/actions/all.ts';
import type { Scene } from '../faults/actions/scene.ts';
import { startClients } from '../clients/client.ts';
import { sumOf } from './coverage.ts';
import type { Coverage } from './coverage.ts';
import { startBrokers } from '../brokers/brokers.ts';
import { addHost } from '../world/directory.ts';
import { startIfDown } from '../world/ending.ts';
import { runUntil, schedule } from '../world/event-queue.ts';
import { enlist } from '../operator/fleet.ts';
import { heal } from '../faults/healing.ts';
import type { Host } from '../world/host.ts';
import { startOperator } from '../operator/operator.ts';
import { PROPERTIES } from '../properties/all.ts';
import { Violation } from '../properties/property.ts';
import type { Property } from '../properties/property.ts';
import type { Plan } from '../plan/schedule.ts';
import { createTally } from './tally.ts';
import type { Counted } from './tally.ts';
import type { Trace } from './trace.ts';
import { after, CLUSTER, createWorld, deliver, note, nowMs, observe } from '../world/world.ts';
import type { World } from '../world/world.ts';

/** A property that did not hold. */
export interface Found {
  readonly property: string;
  readonly message: string;
  readonly atMs: number;
  /** Directories of the members involved. */
  readonly involved: readonly string[];
}

/** What became of a run. */
export interface Report extends Counted {
  readonly seed: number;
  readonly members: number;
  readonly simulatedMs: number;
  /** Actions of the plan, and how many of them were carried out. */
  readonly actions: number;
  readonly performed: number;
  readonly events: number;
  readonly messages: number;
  readonly operations: number;
  readonly coverage: Coverage;
  readonly violation: Found | undefined;
}

export interface RunOptions {
  /** All, when absent. */
  readonly properties?: readonly Property[];
  readonly trace?: Trace;
  /** When to break the run off, in virtual time; at its end, when absent. */
  readonly untilMs?: number;
}

/** Far more events than two minutes can have. */
const EVENTS_MAX = 5_000_000;

/** Runs a plan to its end, or to the first violation. */
export function runPlan(
  plan: Plan,
  { properties = PROPERTIES, trace, untilMs = Infinity }: RunOptions = {},
): Report {
  const tally = createTally();
  const watchers = properties.map((property) => property.watch());
  const world = createWorld(plan, [...watchers, tally.watch], trace);
  let operations = (): number => 0;
  let performed = 0;
  let violation: Found | undefined;
  try {
    const scene = setUp(world);
    operations = () => scene.clients.operations;
    play(scene, untilMs, () => {
      performed += 1;
    });
  } catch (error) {
    violation = describeError(world, error);
  }
  const { coverage, queue } = world;
  return {
    seed: plan.seed,
    members: plan.settings.members,
    simulatedMs: nowMs(world),
    actions: plan.actions.length,
    performed,
    events: queue.taken,
    messages: sumOf(coverage.message),
    operations: operations(),
    ...tally.counted(),
    coverage,
    violation,
  };
}

function setUp(world: World): Scene {
  for (let slot = 0; slot < world.plan.settings.hosts; slot += 1) {
    const host = addHost(world);
    if (slot === 0) enlist(world, host);
    else if (slot < world.plan.settings.members) startIfDown(world, host);
    if (slot === 0) found(world, host);
  }
  startBrokers(world);
  return { world, operator: startOperator(world), clients: startClients(world) };
}

/** Makes the first host the first voter, as soon as its process listens. */
function found(world: World, host: Host): void {
  const { process } = host;
  if (process === undefined) return;
  deliver(world, process, () => {
    if (process.node.status().phase !== 'waiting') {
      after(world, 5, () => {
        found(world, host);
      });
      return;
    }
    process.node.bootstrap(CLUSTER, (outcome) => {
      note(world, process.actor.directory, () => `bootstrap: ${outcome}`);
    });
  });
}

function play(scene: Scene, untilMs: number, done: () => void): void {
  const { world } = scene;
  const { actions, settings } = world.plan;
  for (const action of actions) {
    schedule(world.queue, action.atMs * 1_000, () => {
      const performed = perform(scene, action);
      if (performed) done();
      note(world, 'world', () => `${performed ? 'did' : 'left out'} ${JSON.stringify(action)}`);
    });
  }
  let finished = false;
  schedule(world.queue, settings.faultsMs * 1_000, () => {
    heal(world, scene.operator, scene.clients, (converged, why) => {
      finished = true;
      note(world, 'world', () => (converged ? 'converged' : `not converged: ${why}`));
      observe(world, { kind: 'finished', atMs: nowMs(world), converged, why });
    });
  });
  runUntil(world.queue, untilMs * 1_000, () => {
    const { taken } = world.queue;
    invariant(taken < EVENTS_MAX, 'a run ends: nothing goes round in circles', { taken });
    return finished;
  });
}

function describeError(world: World, error: unknown): Found {
  const atMs = nowMs(world);
  const involved = world.acting === undefined ? [] : [world.acting];
  if (error instanceof Violation) {
    const { property, message } = error;
    return { property, message, atMs, involved: [...new Set([...error.involved, ...involved])] };
  }
  if (error instanceof InvariantError) {
    return { property: `invariant: ${error.invariant}`, message: stackOf(error), atMs, involved };
  }
  const name = error instanceof Error ? error.message : String(error);
  return { property: `exception: ${name}`, message: stackOf(error), atMs, involved };
}

const stackOf = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);
