/** When somebody is tried again who did not answer. */
export interface Pauses {
  /** Most of the pause after a first failure; it doubles with each, up to `pauseMsMax`. */
  readonly pauseMs: number;
  readonly pauseMsMax: number;
}

/**
 * Pauses that grow with each failure: half of the step to the whole.
 *
 * @param random from 0 to below 1. Without it, all whom a leader lost at once would be tried again at once.
 */
export function createPatience({ pauseMs, pauseMsMax }: Pauses, random: () => number) {
  let failures = 0;
  let notBeforeMs = 0;
  return {
    failed: (nowMs: number): void => {
      const stepMs = Math.min(pauseMsMax, pauseMs * 2 ** failures);
      notBeforeMs = nowMs + stepMs * (0.5 + random() / 2);
      failures += 1;
    },
    renew: (): void => {
      failures = 0;
    },
    /** When to try again; undefined when nothing failed. */
    dueMs: () => (failures > 0 ? notBeforeMs : undefined),
  };
}
