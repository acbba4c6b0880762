/** Caches that somebody waits for. */
import { EMPTY_CACHES, type Caches } from './caches.ts';

export interface WatchedCaches {
  readonly now: Caches;
  set(next: Caches): void;
  /** Resolves when they are so. Rejects when they are not within the limit. */
  until(what: string, limitMs: number, holds: (caches: Caches) => boolean): Promise<void>;
}

interface Wait {
  readonly holds: (caches: Caches) => boolean;
  readonly done: () => void;
}

class PushTimeoutError extends Error {
  override readonly name = 'PushTimeoutError';
}

export function createWatchedCaches(): WatchedCaches {
  const waits = new Set<Wait>();
  let now = EMPTY_CACHES;
  return {
    get now() {
      return now;
    },
    set: (next) => {
      now = next;
      for (const { holds, done } of waits) if (holds(now)) done();
    },
    until: async (what, limitMs, holds) => {
      if (holds(now)) return;
      const { promise, resolve, reject } = Promise.withResolvers<undefined>();
      const wait = { holds, done: () => resolve(undefined) };
      waits.add(wait);
      const giveUp = setTimeout(
        () => reject(new PushTimeoutError(`Timeout waiting for ${what}`)),
        limitMs,
      );
      try {
        await promise;
      } finally {
        clearTimeout(giveUp);
        waits.delete(wait);
      }
    },
  };
}
