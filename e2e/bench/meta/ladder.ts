/** Rates that rise, what came of each, and how far they can rise. */
import type { RunResult } from '../loadgen.ts';
import { counts, figure, msOf, type ReportTable } from '../report.ts';
import type { Target } from './targets.ts';

export interface Rung {
  /** What was offered; undefined: as much as was answered. */
  readonly perSecond: number | undefined;
  /** What was done. */
  readonly reached: number;
  readonly result: Pick<RunResult, 'p50Us' | 'p99Us' | 'maxUs' | 'errors'>;
}

/** Less than this part of what was offered is not what was offered. */
const KEPT = 0.99;

/** Whether all that was offered was done, and in time. */
export const isKept = ({ perSecond, reached, result }: Rung, p99MsMax: number): boolean =>
  perSecond !== undefined && reached >= KEPT * perSecond && result.p99Us <= 1_000 * p99MsMax;

/** The highest rate at which all is done, in any time; and with a p99 of at most so many ms. */
export const kneeTargets = (
  { what, unit }: Pick<Target, 'unit' | 'what'>,
  rungs: readonly Rung[],
  p99MsMax: number,
): readonly Target[] => [
  { what: `${what}, knee`, unit, measured: kneeOf(rungs, Infinity) },
  { what: `${what}, knee within ${p99MsMax} ms`, unit, measured: kneeOf(rungs, p99MsMax) },
];

/** The highest rate that is kept; NaN: none is. */
export function kneeOf(rungs: readonly Rung[], p99MsMax: number): number {
  const kept = rungs.filter((rung) => isKept(rung, p99MsMax));
  return kept.length === 0 ? NaN : Math.max(...kept.map(({ perSecond }) => perSecond ?? NaN));
}

/** How long it took at a rate, in ms; NaN when that rate was not reached. */
export function p99MsAt(rungs: readonly Rung[], perSecond: number): number {
  const rung = rungs.find((each) => each.perSecond === perSecond);
  return rung !== undefined && isKept(rung, Infinity) ? rung.result.p99Us / 1_000 : NaN;
}

export const ladderTable = (
  title: string,
  rungs: readonly Rung[],
  p99MsMax: number,
  note: string,
): ReportTable => ({
  title,
  head: ['offered/s', 'done/s', 'p50 ms', 'p99 ms', 'largest ms', 'errors', 'kept'],
  rows: rungs.map((rung) => [
    rung.perSecond === undefined ? 'all' : figure(rung.perSecond),
    figure(rung.reached),
    ...[rung.result.p50Us, rung.result.p99Us, rung.result.maxUs].map(msOf),
    counts(rung.result.errors),
    rung.perSecond === undefined ? '–' : isKept(rung, p99MsMax) ? 'yes' : 'no',
  ]),
  note,
});
