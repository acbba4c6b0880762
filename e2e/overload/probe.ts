/** Does one thing again and again, and remembers what became of it and how long that took. */
import { setTimeout as pause } from 'node:timers/promises';

export interface Probe {
  /** Ends it after the attempt that is out. */
  stop(): Promise<ProbeResult>;
}

export interface ProbeResult {
  readonly tried: number;
  readonly failed: number;
  /** Why the last one failed. */
  readonly why: string;
  /** Of all attempts, whatever became of them. */
  readonly longestMs: number;
}

const EVERY_MS = 50;

/** @param attempt rejects when it failed. */
export function startProbe(attempt: () => Promise<unknown>): Probe {
  const state = { stopped: false };
  let tried = 0;
  let failed = 0;
  let why = '';
  let longestMs = 0;
  const running = (async () => {
    while (!state.stopped) {
      const beginMs = performance.now();
      tried += 1;
      await attempt().catch((error: unknown) => {
        failed += 1;
        why = String(error);
      });
      longestMs = Math.max(longestMs, performance.now() - beginMs);
      await pause(EVERY_MS);
    }
  })();
  return {
    stop: async () => {
      state.stopped = true;
      await running;
      return { tried, failed, why, longestMs };
    },
  };
}
