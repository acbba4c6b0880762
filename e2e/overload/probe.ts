/** Asks a member for its status again and again, and remembers how long that took. */
import { setTimeout as pause } from 'node:timers/promises';
import { statusOf } from '../processes/admin.ts';

export interface Probe {
  /** Ends it after the question that is out. */
  stop(): Promise<ProbeResult>;
}

export interface ProbeResult {
  readonly asked: number;
  readonly failed: number;
  readonly longestMs: number;
}

const EVERY_MS = 50;
const LIMIT_MS = 10_000;

/** Each question has a connection of its own, as that of a person has. */
export function startProbe(peer: string): Probe {
  const state = { stopped: false };
  let asked = 0;
  let failed = 0;
  let longestMs = 0;
  const running = (async () => {
    while (!state.stopped) {
      const beginMs = performance.now();
      asked += 1;
      await statusOf(peer, LIMIT_MS).catch(() => (failed += 1));
      longestMs = Math.max(longestMs, performance.now() - beginMs);
      await pause(EVERY_MS);
    }
  })();
  return {
    stop: async () => {
      state.stopped = true;
      await running;
      return { asked, failed, longestMs };
    },
  };
}
