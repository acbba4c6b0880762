/** What a run was, and how it was judged, for people. */
import Table from 'cli-table3';
import type { Gap } from '../processes/writers.ts';
import type { Finding } from './judge.ts';
import type { Load } from './load.ts';
import type { StormReport } from './storm.ts';

/**
 * Counts of a run, one line each, and what struck how often.
 *
 * @param gaps counted from the beginning of the run.
 */
export function summarise(
  load: Pick<Load, 'counts' | 'acknowledged'>,
  { counts, abandoned }: StormReport,
  gaps: readonly Gap[],
  snapshots: number,
): string {
  const { ok, failed, unknown } = load.counts;
  return [
    `operations  ${ok} answered, ${failed} refused, ${unknown} of unknown outcome`,
    `once        ${load.acknowledged.size} keys written once were acknowledged`,
    `given up    ${abandoned.length} orders that nobody could carry out in time`,
    `snapshots   ${snapshots} installed`,
    `gaps        without an acknowledged write, the longest: ${gaps.map(showGap).join(', ')}`,
    showCounts(counts),
  ].join('\n');
}

function showCounts(counts: ReadonlyMap<string, number>): string {
  const table = new Table({
    head: ['fault', 'times'],
    colAligns: ['left', 'right'],
    style: { head: [], border: [], compact: true },
  });
  for (const [name, times] of counts) table.push([name, times]);
  return table.toString();
}

const showGap = ({ beginMs, lengthMs }: Gap): string =>
  `${Math.round(lengthMs)} ms (at ${(beginMs / 1_000).toFixed(2)} s)`;

/** One line for each claim, and what contradicts it. */
export const showFindings = (findings: readonly Finding[]): string =>
  findings
    .flatMap(({ claim, contradictions }) => [
      `${contradictions.length === 0 ? 'ok    ' : 'FAILED'} ${claim}`,
      ...contradictions.map((text) => `       ${text.replaceAll('\n', '\n       ')}`),
    ])
    .join('\n');
