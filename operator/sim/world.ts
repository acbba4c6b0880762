/** Everything that is simulated. */
import { createPrng } from '../../server/sim/prng.ts';
import type { Prng } from '../../server/sim/prng.ts';
import { createApiServer } from './kubernetes/api-server.ts';
import type { ApiServer } from './kubernetes/api-server.ts';
import { createFleet } from './members/fleet.ts';
import { createCertificateModel } from './certificates/model.ts';
import type { CertificateModel } from './certificates/model.ts';
import type { Fleet } from './members/fleet.ts';
import type { Mutation } from './operator/mutation.ts';
import type { Rights } from './operator/rights.ts';
import type { OlderState } from './kubernetes/older-state.ts';

/** The cluster whose life is simulated. */
export const PLACE = { namespace: 'brokers', name: 'demo' } as const;

/** Of a kubelet that says within a second how a pod is. */
export const USUAL_PROMPTNESS = 0.1;

const BEGIN_MS = Date.UTC(2026, 0, 1);

/** What is kept, and what could be known then. */
export interface Backup {
  readonly state: OlderState;
  readonly founded: readonly string[];
  readonly givenUp: ReadonlyMap<string, string>;
}

export interface World {
  readonly seed: number;
  nowMs: number;
  /** How far time goes at once: the smaller, the more can happen in between. */
  stepMs: number;
  readonly server: ApiServer;
  readonly fleet: Fleet;
  readonly certificates: CertificateModel;
  readonly chance: Readonly<Record<'kubernetes' | 'members' | 'calls' | 'operator', Prng>>;
  /** How many pods find a node. */
  capacity: number;
  /** How likely kubelet says within a step how a pod is. */
  promptness: number;
  /** Whether a volume stays on the node of its first pod. */
  pinned: boolean;
  /** Nodes that neither the API server nor the operator reaches, by when that ends; their members go on. */
  readonly cutOff: Map<string, number>;
  /** What the schedule has for the time that is to come. */
  happen: (world: World) => void;
  /** By pod: the directory that was given up there as a learner. */
  readonly givenUp: Map<string, string>;
  /** When the operator began to look, the last time. */
  lookedMs: number;
  /** When the cluster was paused, the last time. */
  pausedMs: number;
  /** When nodes that were gone came back, the last time. */
  nodesBackMs: number;
  /** UID of the resource, if it was created when all volumes of the one before were on their way out. */
  anew: string | undefined;
  /** What Kubernetes knew when it was backed up, the last time. */
  backup: Backup | undefined;
  /** Whether Kubernetes has ever been put back to an older state. */
  restored: boolean;
  /** Whether that took authorities back that members believe, until all is settled again. */
  authoritiesTakenBack: boolean;
  /** Changes that the operator made. */
  mutations: number;
  /** What the operator said last that it waits for. */
  waitsFor: string;
  /** What was changed all the same, by the error that it got. */
  readonly unheard: WeakMap<Error, Mutation>;
  /** What it had to be allowed to. */
  readonly rights: Rights;
  readonly history: string[];
  violation: Violation | undefined;
}

/** A property that does not hold. */
export interface Violation {
  readonly property: string;
  readonly message: string;
  readonly atMs: number;
}

export function createWorld(seed: number): World {
  return {
    seed,
    nowMs: BEGIN_MS,
    stepMs: 100,
    server: createApiServer(BEGIN_MS),
    fleet: createFleet(),
    certificates: createCertificateModel(),
    chance: {
      kubernetes: createPrng(seed, 'kubernetes'),
      members: createPrng(seed, 'members'),
      calls: createPrng(seed, 'calls'),
      operator: createPrng(seed, 'operator'),
    },
    capacity: Infinity,
    promptness: USUAL_PROMPTNESS,
    pinned: false,
    cutOff: new Map(),
    happen: () => undefined,
    givenUp: new Map(),
    lookedMs: BEGIN_MS,
    pausedMs: BEGIN_MS,
    nodesBackMs: BEGIN_MS,
    anew: undefined,
    backup: undefined,
    restored: false,
    authoritiesTakenBack: false,
    mutations: 0,
    waitsFor: '',
    unheard: new WeakMap(),
    rights: new Set(),
    history: [],
    violation: undefined,
  };
}

/** Time since the world began, in ms. */
export const elapsedMs = ({ nowMs }: World): number => nowMs - BEGIN_MS;

/** One line of the history. */
export function note(world: World, text: string): void {
  world.history.push(`${(elapsedMs(world) / 1000).toFixed(1).padStart(8)}s ${text}`);
}

/** The first one counts: others may follow from it. */
export function violate(world: World, property: string, message: string): void {
  note(world, `VIOLATED ${property}: ${message}`);
  world.violation ??= { property, message, atMs: elapsedMs(world) };
}
