/** What a run was, and how it was judged, for people. */
import type { Finding } from './judge.ts';
import type { Load } from './load.ts';
import type { StormReport } from './storm.ts';

/** Counts of a run, one line each. */
export function summarise(
  load: Pick<Load, 'counts' | 'acknowledged'>,
  { counts, abandoned }: StormReport,
  longestGapMs: number,
): string {
  const { ok, failed, unknown } = load.counts;
  return [
    `operations  ${ok} answered, ${failed} refused, ${unknown} of unknown outcome`,
    `once        ${load.acknowledged.size} keys written once were acknowledged`,
    `faults      ${counts.kill} kills, ${counts.stop} stops, ${counts.restart} restarts`,
    `orders      ${counts.change} changes of members, ${counts.transfer} transfers, ${abandoned.length} given up`,
    `gap         ${Math.round(longestGapMs)} ms at most without an acknowledged write`,
  ].join('\n');
}

/** One line for each claim, and what contradicts it. */
export const showFindings = (findings: readonly Finding[]): string =>
  findings
    .flatMap(({ claim, contradictions }) => [
      `${contradictions.length === 0 ? 'ok    ' : 'FAILED'} ${claim}`,
      ...contradictions.map((text) => `       ${text.replaceAll('\n', '\n       ')}`),
    ])
    .join('\n');
