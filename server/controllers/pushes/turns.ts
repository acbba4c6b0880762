/** When a controller acts: outside of what the node is doing, and what came together together. */
import type { Defer } from '../../ports/clock.ts';

export interface Turns {
  /** Lets a turn come, soon. */
  come(): void;
  /** Runs a task after so long instead of whatever was set before; undefined: nothing. */
  alarm(ms: number | undefined, task: () => void): void;
  /** No turn comes any more. */
  stop(): void;
}

export interface TurnsParts {
  readonly defer: Defer;
  /** Runs a task later; returns how that is called off. */
  readonly after: (ms: number, task: () => void) => () => void;
}

export function createTurns({ defer, after }: TurnsParts, turn: () => void): Turns {
  let comes = false;
  let stopped = false;
  let cancelAlarm = (): void => undefined;
  return {
    come: () => {
      if (comes || stopped) return;
      comes = true;
      defer(() => {
        comes = false;
        if (!stopped) turn();
      });
    },
    alarm: (ms, task) => {
      cancelAlarm();
      cancelAlarm = ms === undefined ? (): void => undefined : after(ms, task);
    },
    stop: () => {
      stopped = true;
      cancelAlarm();
    },
  };
}
