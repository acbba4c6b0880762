/**
 * Pseudo-random numbers as values: mulberry32 (Tommy Ettinger, 2017), whose state is a counter and
 * whose output is a hash of it. Spreads timeouts; good for nothing that has to stay secret.
 */

/** The state after `state`. Any number may start a sequence; it repeats after 2³² states. */
export const nextRandom = (state: number): number => (state + 0x6d2b79f5) >>> 0;

/** The number drawn in `state`: at least 0, less than 1, in steps of 2⁻³². */
export function fraction(state: number): number {
  let mixed = state >>> 0;
  mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
}
