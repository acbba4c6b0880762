/** The clock of one process: runs at its own rate, jumps forward, and never goes back. */
export interface LocalClock {
  /** Local milliseconds per millisecond of virtual time. */
  rate: number;
  /** At this virtual time … */
  baseUs: number;
  /** … it showed this. */
  baseMs: number;
}

/** What the clock shows at `nowUs`. */
export const readClock = (clock: LocalClock, nowUs: number): number =>
  clock.baseMs + ((nowUs - clock.baseUs) / 1_000) * clock.rate;

/** From now on the clock runs at `rate`. */
export function setRate(clock: LocalClock, nowUs: number, rate: number): void {
  clock.baseMs = readClock(clock, nowUs);
  clock.baseUs = nowUs;
  clock.rate = rate;
}

/** The clock now shows `byMs` more. */
export function jump(clock: LocalClock, byMs: number): void {
  clock.baseMs += byMs;
}

/** How long the clock takes to count `localMs`, in virtual microseconds. */
export const virtualUs = (clock: LocalClock, localMs: number): number =>
  (localMs * 1_000) / clock.rate;
