/** What happens when, as data: drawn from a seed. */
import { createPrng } from '../../../server/sim/prng.ts';
import type { Prng } from '../../../server/sim/prng.ts';
import type { Trouble } from '../operator/trouble.ts';
import { NO_TROUBLE } from '../operator/trouble.ts';
import { USUAL_PROMPTNESS } from '../world.ts';
import { EVENTS } from './events.ts';
import type { EventName } from './events.ts';

export interface ScheduledEvent {
  readonly atMs: number;
  readonly name: EventName;
  /** How many members are wanted, where it is about that; otherwise it is drawn. */
  readonly replicas?: number;
}

export interface Schedule {
  readonly seed: number;
  /** Members that are wanted at first. */
  readonly replicas: number;
  /** Whether a volume stays on the node of its first pod. */
  readonly pinned: boolean;
  /** How likely kubelet says within a step how a pod is. */
  readonly promptness: number;
  /** Whether volumes on nodes that are gone are given up without a person. */
  readonly replaceLostVolume: boolean;
  /** Whether volumes cannot grow. */
  readonly fixed?: boolean;
  readonly trouble: Trouble;
  /** In the order of time. */
  readonly events: readonly ScheduledEvent[];
  readonly untilMs: number;
}

/** What follows from others, and ends them: a schedule has it behind those. */
const ENDS: Partial<Readonly<Record<EventName, readonly EventName[]>>> = {
  'bad image': ['image taken back'],
  'bad configuration': ['configuration taken back'],
  pause: ['go on'],
  'nodes are full': ['nodes are there again'],
  'volumes go along': ['recreate without volumes'],
  'a disk fills': ['disks have space'],
  // A person looks again and again, and may be early.
  'nodes are gone': [
    ...(['a person consents', 'a person consents', 'a person consents'] as const),
    'nodes come back',
  ],
};

/** Of chances of their own: the other events of a seed are what they are without them. */
const NODES_GO: EventName = 'nodes are gone';
const CUT_OFF: EventName = 'nodes are cut off';
const SCALE_IN: EventName = 'scale in without a quorum';
const GO_ALONG: EventName = 'volumes go along';
const BACKED_UP: EventName = 'Kubernetes is backed up';
const RESTORED: EventName = 'Kubernetes is restored';
const SILENT: EventName = 'watches are silent';
const ON_COURSES: readonly EventName[] = [
  ...(['a disk fills', 'a node is gone', 'replace lost volumes'] as const),
  ...(['lose volumes of followers', 'delete stateful set with its pods'] as const),
];
const APART: readonly EventName[] = [
  NODES_GO,
  CUT_OFF,
  SCALE_IN,
  GO_ALONG,
  BACKED_UP,
  RESTORED,
  SILENT,
  ...ON_COURSES,
];

const BEGINNINGS = (Object.keys(EVENTS) as EventName[]).filter(
  (name) => !APART.includes(name) && !Object.values(ENDS).flat().includes(name),
);

/** Some kinds of events, and of troubles, for each seed: not all of them all the time. */
export function drawSchedule(seed: number): Schedule {
  const prng = createPrng(seed, 'schedule');
  const nodes = createPrng(seed, 'nodes');
  const kinds = BEGINNINGS.filter(() => prng.chance(0.35));
  const untilMs = prng.between(60_000, 400_000);
  const count = kinds.length === 0 ? 0 : prng.between(1, 16);
  const beginnings = Array.from({ length: count }, () => prng.pick(kinds));
  const events = beginnings.flatMap((name) => withEnds(prng, name, untilMs));
  const cuts = createPrng(seed, 'cuts');
  const cutOff = cuts.chance(0.3) ? withEnds(cuts, CUT_OFF, untilMs) : [];
  const scales = createPrng(seed, 'scale in');
  const scaleIn = scales.chance(0.3) ? withEnds(scales, SCALE_IN, untilMs) : [];
  const nodesGo = nodes.chance(0.3) ? withEnds(nodes, NODES_GO, untilMs) : [];
  const goings = createPrng(seed, 'volumes go along');
  const goAlong = goings.chance(0.2) ? withEnds(goings, GO_ALONG, untilMs) : [];
  const backups = createPrng(seed, 'backups');
  const backUp = backups.chance(0.2) ? drawRestoration(backups, untilMs) : [];
  const watches = createPrng(seed, 'watches');
  const silences = watches.chance(0.3) ? watches.between(1, 4) : 0;
  const silent = Array.from({ length: silences }, () => withEnds(watches, SILENT, untilMs)).flat();
  const rate = (most: number): number => (prng.chance(0.5) ? prng.fraction() * most : 0);
  return {
    seed,
    replicas: prng.pick([1, 2, 3, 3, 3, 5]),
    pinned: nodes.chance(0.7),
    promptness: drawPromptness(seed),
    replaceLostVolume: createPrng(seed, 'remediation').chance(0.5),
    fixed: createPrng(seed, 'storage class').chance(0.2),
    trouble: {
      ...NO_TROUBLE,
      lost: rate(0.1),
      answerLost: rate(0.3),
      crash: rate(0.5),
      pause: rate(0.05),
      behind: prng.below(6),
    },
    events: [...events, ...nodesGo, ...cutOff, ...scaleIn, ...goAlong, ...backUp, ...silent].sort(
      (a, b) => a.atMs - b.atMs,
    ),
    untilMs,
  };
}

/** Of a kubelet that takes a second, or ten times as long. */
export const drawPromptness = (seed: number): number =>
  createPrng(seed, 'kubelet').pick([USUAL_PROMPTNESS, 0.03, 0.01]);

/** However long there is between the two, as much has happened since. */
function drawRestoration(prng: Prng, untilMs: number): readonly ScheduledEvent[] {
  const [one, other] = [prng.below(untilMs), prng.below(untilMs)];
  return [
    { atMs: Math.min(one, other), name: BACKED_UP },
    { atMs: Math.max(one, other), name: RESTORED },
  ];
}

function withEnds(prng: Prng, beginning: EventName, untilMs: number): readonly ScheduledEvent[] {
  let atMs = prng.below(untilMs);
  return [beginning, ...(ENDS[beginning] ?? [])].map((name, nth) => {
    if (nth > 0) atMs = Math.min(untilMs, atMs + prng.spread(500, 60_000));
    return { atMs, name };
  });
}
