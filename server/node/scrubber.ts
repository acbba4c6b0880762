import type { Clock } from '../ports/clock.ts';
import type { StorageError } from '../ports/outcome.ts';
import type { Scrub, StateStore } from '../ports/state-store.ts';

export interface ScrubLimits {
  readonly scrubIntervalMs: number;
  readonly scrubBytesPerSecond: number;
}

/** Looks at the whole state on disk again and again, slowly. */
export interface Scrubber {
  /** Goes on, if it is time. */
  tick(): void;
  /** Ends what runs; begins and reports nothing any more. */
  stop(): void;
}

/**
 * One pass, and the next an interval after it: everything was looked at when the store was opened.
 *
 * @param found called at the end of a pass, with what was found wrong. What cannot be read for
 *   another reason than damage says nothing, and the pass is begun anew.
 */
export function createScrubber(
  state: StateStore,
  clock: Clock,
  { scrubIntervalMs, scrubBytesPerSecond }: ScrubLimits,
  found: (damage: StorageError | undefined) => void,
): Scrubber {
  let scrub: Scrub | undefined;
  let waiting = false;
  let dueMs = clock.nowMs() + scrubIntervalMs;

  function end(): void {
    scrub?.close();
    scrub = undefined;
    dueMs = clock.nowMs() + scrubIntervalMs;
  }

  function next(running: Scrub): void {
    waiting = true;
    running.next((outcome) => {
      if (scrub !== running) return;
      waiting = false;
      if (outcome.ok && outcome.value !== undefined) {
        dueMs = clock.nowMs() + (outcome.value * 1_000) / scrubBytesPerSecond;
        return;
      }
      end();
      if (outcome.ok) found(undefined);
      else if (outcome.error.code === 'corrupt') found(outcome.error);
    });
  }

  return {
    tick: () => {
      if (waiting || clock.nowMs() < dueMs) return;
      scrub ??= state.scrub();
      next(scrub);
    },
    stop: () => {
      end();
      dueMs = Infinity;
    },
  };
}
