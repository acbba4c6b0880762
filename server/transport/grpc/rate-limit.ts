/** Spreads bytes over time. */
export interface RateLimit {
  /** Notes that `bytes` go now. Returns how long to wait before the next, in milliseconds. */
  pauseMs(bytes: number, nowMs: number): number;
}

/** What would be waited for less than this is let go at once: timers are no finer. */
const SLACK_MS = 5;

export function createRateLimit(bytesPerSecond: number): RateLimit {
  let freeMs = -Infinity;
  return {
    pauseMs: (bytes, nowMs) => {
      freeMs = Math.max(freeMs, nowMs) + (bytes * 1000) / bytesPerSecond;
      const pauseMs = freeMs - nowMs;
      return pauseMs < SLACK_MS ? 0 : pauseMs;
    },
  };
}
