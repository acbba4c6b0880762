/** What became of a journey, for people. */
import Table from 'cli-table3';
import { showFindings } from '../../chaos/report.ts';
import { longestMs } from './judge.ts';
import type { Leg, Report } from './run.ts';

const FAILURES_SHOWN = 5;

const seconds = (ms: number): string => (ms / 1_000).toFixed(1);

/** Steps with their times, counts, and what was found. */
export function showReport({ legs, history, findings }: Report): string {
  const { acknowledged, read, failed } = history.counts;
  const failures = [...failed].sort(([, one], [, other]) => other - one);
  return [
    showLegs(legs),
    `${acknowledged} writes were acknowledged, ${read} reads answered`,
    `longest gap over all: ${gapsOf(history)}`,
    ...failures.slice(0, FAILURES_SHOWN).map(([why, times]) => `${times} failed: ${why}`),
    showFindings(findings),
  ].join('\n');
}

/** Also those that end after the last step, as when a member alone starts again. */
const gapsOf = ({ writeMomentsMs }: Report['history']): string =>
  Object.entries(writeMomentsMs)
    .map(([way, moments]) => `by ${way} ${Math.round(longestMs(moments))} ms`)
    .join(', ');

export function showLegs(legs: readonly Leg[]): string {
  const table = new Table({
    head: ['step', 'took, s', 'longest gap, ms'],
    colAligns: ['left', 'right', 'right'],
    style: { head: [], border: [], compact: true },
  });
  for (const { words, tookMs, gapMs } of legs) {
    table.push([words, seconds(tookMs), Math.round(gapMs)]);
  }
  return table.toString();
}
