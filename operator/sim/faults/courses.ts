/** Courses of events that schedules seldom take, and people do: on them go the journeys on real clusters. */
import { createPrng } from '../../../server/sim/prng.ts';
import { NO_TROUBLE } from '../operator/trouble.ts';
import { drawPromptness } from './schedule.ts';
import type { Schedule, ScheduledEvent } from './schedule.ts';

interface Course {
  /** Members that are wanted at first. */
  readonly replicas: number;
  /** Whether volumes stay where they are. */
  readonly pinned?: boolean;
  /** Whether each event comes before the one before it has had its effect. */
  readonly hasty?: boolean;
  /** What becomes of volumes when the resource goes, where it is about that; otherwise it is drawn. */
  readonly onDelete?: 'Retain' | 'Delete';
  readonly events: readonly CourseEvent[];
}

interface CourseEvent extends Omit<ScheduledEvent, 'atMs'> {
  /** How long after the one before, where it is about that: from, to. */
  readonly afterMs?: readonly [leastMs: number, mostMs: number];
}

const scaleTo = (replicas: number) => ({ name: 'scale', replicas }) as const;

/** As soon as it is told what is lost, or nearly so. */
const CONSENT = { name: 'a person consents', afterMs: [5_000, 30_000] } as const;

const STOP_AND_GO = [{ name: 'watches are silent' }, { name: 'pause' }, { name: 'go on' }] as const;

export const COURSES = {
  'to even sizes': { replicas: 1, events: [scaleTo(2), scaleTo(4)] },
  'a roll of one': { replicas: 1, events: [{ name: 'configure' }] },
  'a roll of two': { replicas: 2, events: [{ name: 'configure' }] },
  'a roll of an even size': { replicas: 4, events: [{ name: 'configure' }] },
  'an upgrade of two': { replicas: 2, events: [{ name: 'upgrade' }] },
  'an upgrade of an even size': { replicas: 4, events: [{ name: 'upgrade' }] },
  'a scale taken back': { replicas: 3, events: [scaleTo(5), scaleTo(3)] },
  'a scale taken back at once': { replicas: 3, hasty: true, events: [scaleTo(5), scaleTo(3)] },
  'to one, and back': { replicas: 3, events: [scaleTo(1), scaleTo(3)] },
  'a scale while paused': {
    replicas: 3,
    events: [{ name: 'pause' }, scaleTo(5), { name: 'go on' }],
  },
  'paused unheard': {
    ...{ replicas: 5, hasty: true },
    events: [scaleTo(1), ...STOP_AND_GO, ...STOP_AND_GO, ...STOP_AND_GO, ...STOP_AND_GO],
  },
  'the StatefulSet deleted': {
    replicas: 3,
    events: [
      ...[{ name: 'delete stateful set with its pods' } as const],
      { name: 'delete stateful set', afterMs: [5_000, 60_000] },
    ],
  },
  'all pods at once': { replicas: 3, events: [{ name: 'delete all pods' }] },
  'a full disk': { replicas: 3, events: [{ name: 'a disk fills' }, { name: 'disks have space' }] },
  'a new authority as it is scaled': {
    ...{ replicas: 5, hasty: true },
    events: [scaleTo(3), { name: 'authority comes of age' }],
  },
  'scaled as it has a new authority': {
    replicas: 5,
    events: [{ name: 'authority comes of age' }, { ...scaleTo(3), afterMs: [4_000, 30_000] }],
  },
  'a volume replaced with its node': {
    ...{ replicas: 3, pinned: true },
    events: [
      ...[{ name: 'a node is gone' } as const, { name: 'replace lost volumes' } as const],
      { name: 'nodes come back' },
    ],
  },
  'created again on volumes that stay': {
    ...{ replicas: 5, onDelete: 'Retain' },
    events: [{ name: 'recreate', replicas: 1 }],
  },
  'created again for fewer members': {
    ...{ replicas: 5, onDelete: 'Retain' },
    events: [{ name: 'recreate', replicas: 3 }],
  },
  'most volumes lost': {
    replicas: 3,
    events: [{ name: 'lose volumes of followers' }, CONSENT, CONSENT],
  },
  'one node gone after the other': {
    ...{ replicas: 3, pinned: true },
    events: [
      ...[{ name: 'a node is gone' } as const, { name: 'a node is gone' } as const],
      ...[CONSENT, CONSENT, { name: 'nodes come back' } as const],
    ],
  },
  'restored as it was before a scale': {
    replicas: 3,
    events: [
      ...[{ name: 'Kubernetes is backed up' } as const, scaleTo(5)],
      { name: 'Kubernetes is restored', afterMs: [15_000, 60_000] },
    ],
  },
  'restored as it was at a recovery': {
    ...{ replicas: 3, onDelete: 'Delete' },
    events: [
      ...[{ name: 'lose volumes of followers' } as const, CONSENT],
      { name: 'Kubernetes is backed up', afterMs: [500, 2_500] },
      { name: 'Kubernetes is restored', afterMs: [10_000, 60_000] },
    ],
  },
  'most nodes gone unseen': {
    ...{ replicas: 3, pinned: true },
    events: [
      ...[{ name: 'api server is down' } as const],
      ...[{ name: 'nodes are gone', afterMs: [20, 5_000] } as const, CONSENT, CONSENT],
      { name: 'nodes come back' },
    ],
  },
  'a volume lost of five': { replicas: 5, events: [{ name: 'lose volume' }] },
  'a quorum lost of five': {
    ...{ replicas: 5, pinned: true },
    events: [
      ...[{ name: 'nodes are gone' } as const, { name: 'a person consents' } as const],
      ...[{ name: 'a person consents' } as const, { name: 'nodes come back' } as const],
    ],
  },
} as const satisfies Readonly<Record<string, Course>>;

/** All is well before it begins, or nearly so. */
const BEGIN_MS = [20_000, 60_000] as const;
const PAUSE_MS = [500, 60_000] as const;
const HASTY_MS = [20, 5_000] as const;
/** Until the last of it has had its effect. */
const END_MS = [10_000, 60_000] as const;

/** One course, at times that are drawn from a seed. Of some, volumes go with the resource from the start. */
export function drawCourse(name: keyof typeof COURSES, seed: number): Schedule {
  const { replicas, pinned = false, hasty = false, onDelete, events }: Course = COURSES[name];
  const prng = createPrng(seed, `course ${name}`);
  const drawn = prng.pick(['Retain', 'Delete'] as const);
  const pauseMs = hasty ? HASTY_MS : PAUSE_MS;
  let atMs = prng.between(...BEGIN_MS);
  const timed = events.map(({ afterMs = pauseMs, ...event }, nth) => {
    if (nth > 0) atMs += prng.spread(...afterMs);
    return { ...event, atMs };
  });
  atMs += prng.spread(...END_MS);
  return {
    ...{ seed, replicas, pinned, replaceLostVolume: false },
    promptness: drawPromptness(seed),
    trouble: { ...NO_TROUBLE, behind: prng.below(6) },
    events:
      (onDelete ?? drawn) === 'Delete' ? [{ atMs: 0, name: 'volumes go along' }, ...timed] : timed,
    untilMs: atMs,
  };
}
