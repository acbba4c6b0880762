import type { Done } from '../../ports/outcome.ts';

/** Times writes, and knows how long those without an answer have been waiting. */
export interface WriteMeter {
  /**
   * Begins a write: hand the store what is returned in place of `done`.
   *
   * @param observe told how it ended and how many milliseconds it took.
   */
  begin<Value>(done: Done<Value>, observe?: Observe): Done<Value>;
  /** Milliseconds since the oldest write without an answer began; undefined when there is none. */
  ageMs(): number | undefined;
  /** How many have no answer. */
  inFlight(): number;
  /** Those without an answer will get none: the store is closed. */
  forget(): void;
}

export type Observe = (durationMs: number, ok: boolean) => void;

/** @param nowMs time that never goes back. */
export function createWriteMeter(nowMs: () => number): WriteMeter {
  // In the order in which they began.
  const begun = new Set<{ readonly sinceMs: number }>();

  return {
    begin: (done, observe) => {
      const write = { sinceMs: nowMs() };
      begun.add(write);
      return (outcome) => {
        begun.delete(write);
        observe?.(nowMs() - write.sinceMs, outcome.ok);
        done(outcome);
      };
    },
    ageMs: () => {
      for (const { sinceMs } of begun) return nowMs() - sinceMs;
      return undefined;
    },
    inFlight: () => begun.size,
    forget: () => begun.clear(),
  };
}
