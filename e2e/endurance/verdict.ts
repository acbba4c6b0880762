/** What the samples of a process say: how it grew, and whether that is within bounds. Pure. */
import type { ReportTable } from '../bench/report.ts';
import { figure } from '../bench/report.ts';
import type { Life, Sample } from './lives.ts';

export interface Bounds {
  /** What a process does in its first minutes is not judged. */
  readonly warmUpMs: number;
  /** A slope over less than this says nothing. */
  readonly judgedMsMin: number;
  readonly growthMiBPerMinuteMax: number;
  /** How far descriptors, and handles alone, may go from those at the end of the warm-up. */
  readonly descriptorsDriftMax: number;
  readonly logMiBMax: number;
  readonly logDiskMiBMax: number;
}

/** One process, judged. */
export interface Verdict {
  readonly life: Life;
  /** After the warm-up; empty for a process that did not live so long. */
  readonly judged: readonly Sample[];
  /** NaN for a process that did not live long enough. */
  readonly growthMiBPerMinute: number;
  readonly problems: readonly string[];
}

const MINUTE_MS = 60_000;

/** The slope of the line that fits best, in units of y per unit of x; NaN for fewer than two points. */
export function slopeOf(points: readonly (readonly [x: number, y: number])[]): number {
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const meanX = mean(points.map(([x]) => x));
  const meanY = mean(points.map(([, y]) => y));
  const spread = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  return points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0) / spread;
}

export function judge(life: Life, bounds: Bounds): Verdict {
  const judged = life.samples.filter(({ atMs }) => atMs - life.beganMs >= bounds.warmUpMs);
  const [first] = judged;
  const spanMs = (judged.at(-1)?.atMs ?? 0) - (first?.atMs ?? 0);
  const growthMiBPerMinute =
    spanMs < bounds.judgedMsMin
      ? NaN
      : slopeOf(judged.map(({ atMs, rssAnonMiB }) => [atMs / MINUTE_MS, rssAnonMiB]));
  const drift = (pick: (sample: Sample) => number): number =>
    first === undefined
      ? 0
      : Math.max(...judged.map((sample) => Math.abs(pick(sample) - pick(first))));
  // The log is bounded from the beginning.
  const most = (pick: (sample: Sample) => number): number =>
    Math.max(0, ...life.samples.map(pick).filter((value) => !Number.isNaN(value)));
  const found: readonly (readonly [what: string, value: number, max: number])[] = [
    ['RssAnon grows by MiB/min', growthMiBPerMinute, bounds.growthMiBPerMinuteMax],
    // Files that come could make up for handles that go.
    ['handles drift by', drift(({ handles }) => handles), bounds.descriptorsDriftMax],
    ['descriptors drift by', drift(({ descriptors }) => descriptors), bounds.descriptorsDriftMax],
    ['MiB of entries in the log', most(({ logMiB }) => logMiB), bounds.logMiBMax],
    ['MiB of files of the log', most(({ logDiskMiB }) => logDiskMiB), bounds.logDiskMiBMax],
  ];
  const problems = found
    .filter(([, value, max]) => value > max)
    .map(
      ([what, value, max]) =>
        `member ${life.member}, process ${life.pid}: ${what} ${figure(value, 2)}, at most ${figure(max, 2)} are allowed`,
    );
  return { life, judged, growthMiBPerMinute, problems };
}

/** Members of which no process lived long enough in one role: nobody can say that they do not grow. */
export function unjudged(verdicts: readonly Verdict[]): readonly string[] {
  const members = new Set(verdicts.map(({ life }) => life.member));
  for (const { life, growthMiBPerMinute } of verdicts) {
    if (!Number.isNaN(growthMiBPerMinute)) members.delete(life.member);
  }
  return [...members].map(
    (member) => `member ${member}: no process of it lived long enough in one role to be judged`,
  );
}

const ends = (samples: readonly Sample[], pick: (sample: Sample) => number, digits = 0): string =>
  [samples[0], samples.at(-1)]
    .map((sample) => figure(sample === undefined ? NaN : pick(sample), digits))
    .join(' → ');

/** One row for each process. */
export function tableOf(verdicts: readonly Verdict[], bounds: Bounds): ReportTable {
  const minutes = (ms: number): string => figure(ms / MINUTE_MS, 1);
  return {
    title: 'Processes in one role, from the end of their warm-up to their end',
    head: [
      ...['member', 'role', 'minutes', 'RssAnon MiB', 'MiB/min', 'handles', 'fds'],
      ...['log MiB, most', 'log files MiB, most', ''],
    ],
    rows: verdicts.map(({ life, judged, growthMiBPerMinute, problems }) => [
      String(life.member),
      life.leads ? 'leader' : 'follower',
      minutes((life.samples.at(-1)?.atMs ?? life.beganMs) - life.beganMs),
      ends(judged, ({ rssAnonMiB }) => rssAnonMiB),
      Number.isNaN(growthMiBPerMinute) ? 'too short' : growthMiBPerMinute.toFixed(2),
      ends(judged, ({ handles }) => handles),
      ends(judged, ({ descriptors }) => descriptors),
      figure(Math.max(0, ...life.samples.map(({ logMiB }) => logMiB || 0)), 1),
      figure(Math.max(0, ...life.samples.map(({ logDiskMiB }) => logDiskMiB)), 1),
      problems.length === 0 ? 'ok' : 'BROKEN',
    ]),
    note: `Allowed: RssAnon ${bounds.growthMiBPerMinuteMax} MiB/min after ${minutes(bounds.warmUpMs)} min, handles and all of /proc/PID/fd ± ${bounds.descriptorsDriftMax}, ${bounds.logMiBMax} MiB of entries in ${bounds.logDiskMiBMax} MiB of files. A process judged for less than ${minutes(bounds.judgedMsMin)} min has no slope.`,
  };
}
