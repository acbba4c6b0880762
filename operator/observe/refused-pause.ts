/** How often the API server is asked again for what it refused, and how much of its words is kept. */

const PAUSE_FIRST_MS = 2_000;
const PAUSE_LONGEST_MS = 30_000;
/** A webhook may have a lot to say, and conditions and Events have room for so much. */
const REFUSAL_MAX = 500;

/**
 * Until it is asked again, in ms; what is refused is refused again, unless something else has changed.
 *
 * @param beforeMs the pause before; undefined when it is refused for the first time.
 */
export const pauseAfter = (beforeMs: number | undefined): number =>
  beforeMs === undefined ? PAUSE_FIRST_MS : Math.min(2 * beforeMs, PAUSE_LONGEST_MS);

export const shortened = (refusal: string): string => refusal.slice(0, REFUSAL_MAX);
