/** Pauses between attempts: each twice as long as the last, up to a cap, and jittered. */
export interface Backoff {
  /** How long to wait before the next attempt, in milliseconds: half of the step to the whole. */
  nextMs(): number;
  /** The attempt succeeded: the next pause is the shortest again. */
  reset(): void;
}

/** @param random from 0 to below 1. Without jitter, all who lost a peer would come back at once. */
export function createBackoff(minMs: number, maxMs: number, random: () => number): Backoff {
  let stepMs = minMs;
  return {
    nextMs: () => {
      const pauseMs = stepMs * (0.5 + random() / 2);
      stepMs = Math.min(stepMs * 2, maxMs);
      return pauseMs;
    },
    reset: () => {
      stepMs = minMs;
    },
  };
}
