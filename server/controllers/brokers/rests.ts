/** What was seen to in vain is left alone for a while, so that others have their turn. */
export interface Rests {
  begin(name: string, nowMs: number): void;
  has(name: string, nowMs: number): boolean;
}

/** Beyond so many, those end that were begun first. */
const RESTS_MAX = 10_000;

/** @param ms how long each rests. */
export function createRests(ms: number): Rests {
  const begunMs = new Map<string, number>();
  return {
    begin: (name, nowMs) => {
      begunMs.delete(name);
      begunMs.set(name, nowMs);
      for (const [oldest, sinceMs] of begunMs) {
        if (begunMs.size <= RESTS_MAX && nowMs - sinceMs < ms) break;
        begunMs.delete(oldest);
      }
    },
    has: (name, nowMs) => nowMs - (begunMs.get(name) ?? -Infinity) < ms,
  };
}
