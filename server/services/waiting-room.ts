import type { Alarm } from './alarm.ts';
import type { Leadership } from './leadership.ts';

/** Where calls wait until there is a leader. */
export interface WaitingRoom {
  /**
   * Calls `woken` when leadership has changed and somebody leads, or `late` after `ms`, once; neither
   * after what it returns was called.
   */
  wait(ms: number, woken: () => void, late: () => void): () => void;
}

export function createWaitingRoom(leadership: Leadership, alarm: Alarm): WaitingRoom {
  const waiting = new Set<() => void>();
  leadership.changed(() => {
    if (leadership.current() === undefined) return;
    // A copy: whoever is woken may have to wait again.
    for (const wake of [...waiting]) wake();
  });
  return {
    wait: (ms, woken, late) => {
      const leave = (): void => {
        waiting.delete(wake);
        cancel();
      };
      const wake = (): void => {
        leave();
        woken();
      };
      waiting.add(wake);
      const cancel = alarm(ms, () => {
        leave();
        late();
      });
      return leave;
    },
  };
}
