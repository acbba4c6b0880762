/** Which gap of a writer belongs to what was done to the cluster. */
import type { Gap } from '../loadgen.ts';

/** The generator notes no pause below this. */
export const GAP_MIN_MS = 20;

/** Length of the longest gap that was not over at `atMs`, Unix time; 0 when there was none to note. */
export function gapAfter(gaps: readonly Gap[], atMs: number): number {
  const after = gaps.filter(({ startMs, gapMs }) => startMs + gapMs > atMs);
  return Math.max(0, ...after.map(({ gapMs }) => gapMs));
}
