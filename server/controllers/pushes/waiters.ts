/** Those who wait until brokers have acknowledged what was applied. */
import type { Index } from '../../raft/ids.ts';

export interface Waited {
  /** What comes from entries up to this one. */
  readonly index: Index;
  /** Live or not; undefined: all that are live. */
  readonly broker: bigint | undefined;
  /** Nobody waits for longer. */
  readonly withinMs: number;
}

export interface Waiters {
  /** @param done called once, later. */
  add(waited: Waited, done: () => void): void;
  /** Lets those go on who have waited for nothing but this. */
  answer(isTold: (index: Index, broker: bigint | undefined) => boolean): void;
}

interface Waiter extends Waited {
  readonly done: () => void;
}

/** @param after runs a task later; returns how that is called off. */
export function createWaiters(after: (ms: number, task: () => void) => () => void): Waiters {
  const waiters = new Set<Waiter>();
  return {
    add: (waited, done) => {
      const waiter: Waiter = {
        ...waited,
        done: () => {
          waiters.delete(waiter);
          cancel();
          done();
        },
      };
      const cancel = after(waited.withinMs, waiter.done);
      waiters.add(waiter);
    },
    answer: (isTold) => {
      let isOneWaiting = false;
      for (const waiter of waiters) {
        // Whoever came later waits for more.
        if (waiter.broker === undefined && isOneWaiting) continue;
        if (isTold(waiter.index, waiter.broker)) waiter.done();
        else isOneWaiting ||= waiter.broker === undefined;
      }
    },
  };
}
