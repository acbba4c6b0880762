/** The simulated world: time, hosts and the network between them, and everyone who watches. */
import type { Effect } from '../../raft/effect.ts';
import type { MemberId } from '../../raft/ids.ts';
import type { Coverage } from '../run/coverage.ts';
import { createCoverage } from '../run/coverage.ts';
import type { EventQueue, Task } from './event-queue.ts';
import { createEventQueue, schedule } from './event-queue.ts';
import type { Host, Process } from './host.ts';
import type { Ledger } from '../faults/ledger.ts';
import { createLedger } from '../faults/ledger.ts';
import type { Links } from './links.ts';
import { createLinks } from './links.ts';
import type { Observation, Update } from '../observation.ts';
import type { CachedRows } from '../brokers/broker-cache.ts';
import type { Plan } from '../plan/schedule.ts';
import type { Prng } from '../prng.ts';
import type { Trace } from '../run/trace.ts';

/** The id of the only cluster there is. */
export const CLUSTER = 'cluster-1';

/** Springs once, at the first step with this effect. */
interface Ambush {
  readonly effect: Effect['kind'];
  readonly spring: (process: Process) => void;
}

/** A process of a broker, or none at the moment. */
export interface SimulatedBroker {
  readonly prng: Prng;
  isAlive(): boolean;
  /** Takes an `UpdateCache`, also before it has registered; false: it never arrives. */
  take(update: Update): boolean;
  /** Lets it say what it has cached, at the end of the run. */
  comeToRest(): void;
  /** When its process started, in Unix seconds, and what that has cached. */
  process(): { readonly startS: bigint; readonly rows: CachedRows } | undefined;
}

export interface World {
  readonly plan: Plan;
  readonly queue: EventQueue;
  readonly hosts: Host[];
  readonly links: Links;
  readonly ledger: Ledger;
  readonly coverage: Coverage;
  readonly watchers: readonly ((observation: Observation) => void)[];
  readonly trace: Trace | undefined;
  /** Who lies in wait for a process whose next step has a certain effect. */
  readonly ambushes: Set<Ambush>;
  /** The directory whose process is handling something, to name it should it break. */
  acting: string | undefined;
  /** Those that the run has, by their ids. */
  readonly brokers: Map<number, SimulatedBroker>;
  /** All faults are over. */
  healed: boolean;
}

/** A world without hosts, at the beginning of time. */
export function createWorld(
  plan: Plan,
  watchers: readonly ((observation: Observation) => void)[],
  trace: Trace | undefined,
): World {
  const coverage = createCoverage();
  return {
    plan,
    queue: createEventQueue(),
    hosts: [],
    links: createLinks(plan.seed, plan.settings, coverage),
    ledger: createLedger(),
    coverage,
    watchers,
    trace,
    ambushes: new Set(),
    brokers: new Map(),
    acting: undefined,
    healed: false,
  };
}

/** Virtual time in milliseconds. */
export const nowMs = (world: World): number => world.queue.nowUs / 1_000;

/** Does `task` in `delayMs` of virtual time. */
export const after = (world: World, delayMs: number, task: Task): void =>
  schedule(world.queue, delayMs * 1_000, task);

/** Tells all properties. */
export function observe(world: World, observation: Observation): void {
  for (const watch of world.watchers) watch(observation);
}

/** Writes a line of the trace; `text` is made only when somebody reads it. */
export function note(world: World, who: string, text: () => string): void {
  world.trace?.line(world.queue.nowUs, who, text());
}

/**
 * Lets a process handle something: now if it can, later if it is paused, never if it is gone.
 *
 * Within, `acting` names its directory.
 */
export function deliver(world: World, process: Process, task: Task): void {
  if (!process.alive) return;
  if (process.pauses > 0) {
    process.inbox.push(task);
    return;
  }
  world.acting = process.actor.directory;
  task();
  world.acting = undefined;
}

/** Processes that run, paused ones included, in order of their hosts. */
export const running = (world: World): readonly Process[] =>
  world.hosts.flatMap(({ process }) => (process === undefined ? [] : [process]));

/** The host on which this directory is, or was before it was thrown away. */
export const hostOf = (world: World, directory: string): Host | undefined =>
  world.hosts[Number(directory.split('.')[0]?.slice(1))];

/** The host on which the directory of `member` is, if it is still there. */
export function hostOfMember(world: World, member: MemberId): Host | undefined {
  const directory = world.ledger.directories.get(member);
  return world.hosts.find((host) => host.directory.name === directory);
}
