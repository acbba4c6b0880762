import type { Clock } from '../ports/clock.ts';
import type { Leadership } from './leadership.ts';

/**
 * Tells whether a call may have been sent here by a member that knows the past only: whether this
 * one led, or was started, less than `withinMs` ago.
 */
export function watchPast(leadership: Leadership, clock: Clock, withinMs: number): () => boolean {
  let leads = leadership.current() === 'here';
  let sinceMs = clock.nowMs();
  const observe = (): void => {
    const led = leads;
    leads = leadership.current() === 'here';
    if (led && !leads) sinceMs = clock.nowMs();
  };
  leadership.changed(observe);
  return () => {
    // A call may come before the change is told.
    observe();
    return clock.nowMs() - sinceMs < withinMs;
  };
}
