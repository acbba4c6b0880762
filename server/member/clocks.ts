/** The two clocks of a process. */

/** Milliseconds since the process started; never goes back. */
export const nowMs = (): number => performance.now();

/** Unix time in ms. */
export const wallMs = (): number => Date.now();
