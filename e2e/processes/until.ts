/** Waiting for what another process does. */
import { setTimeout as sleep } from 'node:timers/promises';

const PAUSE_MS = 10;

/** Asks until the answer is neither undefined nor false; an exception is "not yet". Returns the answer. */
export async function until<Value>(
  what: string,
  limitMs: number,
  ask: () => Promise<Value | undefined | false>,
  signal?: AbortSignal,
): Promise<Value> {
  const begin = performance.now();
  let reason = '';
  while (performance.now() - begin < limitMs) {
    signal?.throwIfAborted();
    try {
      const answer = await ask();
      if (answer !== undefined && answer !== false) return answer;
    } catch (error) {
      reason = error instanceof Error ? `: ${error.message}` : '';
    }
    await sleep(PAUSE_MS);
  }
  throw new Error(`not within ${limitMs / 1000} s: ${what}${reason}`);
}
