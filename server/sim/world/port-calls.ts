import type { Process } from './host.ts';

/**
 * Counts a call that a process makes of one of its ports. A process can die between any two: at
 * the call it was to die at, it is dead, and whatever the rest of its code does goes nowhere.
 *
 * @returns whether the call is carried out.
 */
export function countCall(process: Process): boolean {
  if (!process.alive) return false;
  process.callsLeft -= 1;
  if (process.callsLeft > 0) return true;
  process.alive = false;
  process.whenCallsEnd?.();
  return false;
}
