/** The clocks of a process. */
import { createSteadyClock } from './steady-clock.ts';

/** Milliseconds since the process started; never goes back. */
export const nowMs = (): number => performance.now();

/** Unix time in ms. */
export const wallMs = (): number => Date.now();

/** Unix time in ms that does not jump: what proposals tell, and timers count by. */
export const timeMs: () => number = createSteadyClock({ nowMs, wallMs });
