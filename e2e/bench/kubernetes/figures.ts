/** What is measured of clusters in Kubernetes, one row each, and the journey that has all of it. */
import type { Journey } from '../../kubernetes/journeys/journey.ts';
import type { Leg } from '../../kubernetes/journeys/run.ts';
import type { Step } from '../../kubernetes/journeys/steps.ts';
import { figure, type ReportTable } from '../report.ts';
import { largest, median } from '../statistics.ts';

export interface Figure {
  readonly name: string;
  readonly measures: readonly Measure[];
  /** Measured until all is well again; undefined: creating the cluster. */
  readonly step?: Step;
  /** Puts the cluster back afterwards, unmeasured. */
  readonly back?: Step;
  /** Identities that come and go with all of that; 0 if not set. */
  readonly joins?: number;
  readonly leaves?: number;
}

interface Measure {
  readonly what: string;
  /** `tookMs`: until all is well. `gapMs`: the longest time without an acknowledged write. */
  readonly of: 'tookMs' | 'gapMs';
  readonly targetMs?: number;
}

/** What one run found, by what was measured. */
export type Found = ReadonlyMap<string, number>;

const CUT_SECONDS = 10;
const SETTLE: Step = { does: 'settle' };

export const FIGURES: readonly Figure[] = [
  {
    name: 'create',
    measures: [{ what: 'apply → Ready, 3 members', of: 'tookMs', targetMs: 8_000 }],
  },
  {
    name: 'scale',
    measures: [
      { what: 'scale 3→5 → Ready', of: 'tookMs', targetMs: 8_000 },
      { what: 'scale 3→5: no write for', of: 'gapMs' },
    ],
    step: { does: 'scale', to: 5 },
    back: { does: 'scale', to: 3 },
    ...{ joins: 2, leaves: 2 },
  },
  {
    name: 'delete',
    measures: [{ what: 'pod of the leader deleted: no write for', of: 'gapMs', targetMs: 300 }],
    step: { does: 'delete-pods', whose: 'leader' },
  },
  {
    name: 'kill',
    measures: [{ what: 'SIGKILL of the leader: no write for', of: 'gapMs', targetMs: 1_000 }],
    step: { does: 'kill', whose: 'leader' },
  },
  {
    name: 'cut',
    measures: [{ what: 'node of the leader cut off: no write for', of: 'gapMs', targetMs: 2_000 }],
    step: { does: 'cut-off-node', whose: 'leader', seconds: CUT_SECONDS },
  },
  {
    name: 'volume',
    measures: [
      { what: 'pod and volume of a follower lost → full strength', of: 'tookMs', targetMs: 15_000 },
    ],
    step: { does: 'lose-volumes', whose: 'follower' },
    ...{ joins: 1, leaves: 1 },
  },
  {
    name: 'roll',
    measures: [
      { what: 'rolling update of 3 → Ready', of: 'tookMs', targetMs: 20_000 },
      { what: 'rolling update of 3: no write for', of: 'gapMs' },
    ],
    step: { does: 'edit', spec: { meta: { configuration: { 'log.level': 'debug' } } } },
  },
];

const sum = (figures: readonly Figure[], of: 'joins' | 'leaves'): number =>
  figures.reduce((total, each) => total + (each[of] ?? 0), 0);

const stepsOf = ({ step, back }: Figure): readonly Step[] =>
  [step, back].filter((each) => each !== undefined);

/** A new cluster that goes through all of it. */
export const journeyThrough = (figures: readonly Figure[]): Journey => ({
  name: figures.map(({ name }) => name).join(', '),
  steps: figures.flatMap(stepsOf).flatMap((step) => [step, SETTLE]),
  expected: {
    reasons: [],
    ...{ joins: sum(figures, 'joins'), leaves: sum(figures, 'leaves'), gapMsMax: Infinity },
  },
});

/** Takes from the legs of that journey what is wanted: the first one is the creation. */
export function foundIn(figures: readonly Figure[], [created, ...legs]: readonly Leg[]): Found {
  const found = new Map<string, number>();
  let at = 0;
  for (const each of figures) {
    const leg = each.step === undefined ? created : legs[at];
    for (const { what, of } of each.measures) found.set(what, leg?.[of] ?? NaN);
    at += stepsOf(each).length;
  }
  return found;
}

const SECOND_MS = 1_000;
const DIGITS = 2;
const seconds = (ms: number): string => figure(ms / SECOND_MS, DIGITS);

/** All runs beside the targets. What has none is there to be compared with earlier results. */
export const tableOf = (figures: readonly Figure[], runs: readonly Found[]): ReportTable => ({
  title: 'Clusters in Kubernetes, s',
  head: ['what', 'target', 'median', 'largest', 'held'],
  rows: figures
    .flatMap(({ measures }) => measures)
    .map(({ what, targetMs = NaN }) => {
      const values = runs.map((found) => found.get(what) ?? NaN);
      const held = median(values) <= targetMs ? 'yes' : 'missed';
      return [
        what,
        seconds(targetMs),
        seconds(median(values)),
        seconds(largest(values)),
        Number.isNaN(targetMs) ? '–' : held,
      ];
    }),
  note: `Of ${runs.length} runs, each with pods and volumes of its own, while four clients write. A target is held when the median is within it. Times without a write are those of the worse way to reach members: by their own addresses, or by the Service.`,
});
