/** How much faster or slower it runs than time passes, to come to what the wall clock shows. */
const SLEW_MAX = 0.01;

export interface SteadyClockParts {
  /** Of a clock that never goes back. */
  readonly nowMs: () => number;
  /** Unix time in ms, which somebody may set. */
  readonly wallMs: () => number;
}

/**
 * Unix time in ms that follows the wall clock without its jumps: of an hour that somebody sets it
 * forward by mistake, it makes 36 seconds while the hour passes. All timers count by it.
 */
export function createSteadyClock({ nowMs, wallMs }: SteadyClockParts): () => number {
  let passedMs = nowMs();
  let timeMs = wallMs();
  return () => {
    const elapsedMs = Math.max(0, nowMs() - passedMs);
    passedMs += elapsedMs;
    const behindMs = wallMs() - (timeMs + elapsedMs);
    const slewMs = elapsedMs * SLEW_MAX;
    timeMs += elapsedMs + Math.max(-slewMs, Math.min(slewMs, behindMs));
    return timeMs;
  };
}
