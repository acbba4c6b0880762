/**
 * How a kind of objects is followed: list, then watch from there, and what is done when that ends. Pure;
 * the state says what is to be done next, and what came of it leads to the next state.
 */

export type Reflection =
  | { readonly next: 'list'; readonly failures: number }
  /** From this version on. */
  | { readonly next: 'watch'; readonly version: string; readonly failures: number }
  | { readonly next: 'rest'; readonly restMs: number; readonly then: Reflection };

export type ReflectionEvent =
  | { readonly type: 'listed'; readonly version: string }
  | { readonly type: 'list failed' }
  | { readonly type: 'rested' }
  | {
      readonly type: 'watch ended';
      /**
       * `closed`: in good order. `silent`: nothing came for too long. `expired`: the API server has
       * forgotten that version. `broken`: the connection, or what came on it.
       */
      readonly why: 'closed' | 'silent' | 'expired' | 'broken';
      /** The last version heard of; undefined when nothing was heard. */
      readonly version?: string | undefined;
    };

export const BEGIN: Reflection = { next: 'list', failures: 0 };

const FIRST_MS = 200;
/** Short enough to be back soon after an API server that was away for minutes. */
const LONGEST_MS = 10_000;

/**
 * The state after the event.
 *
 * A broken watch is followed by a list, though its version may be good still: the API server that
 * answers next may have been restored from an older state, and would keep silent up to that version.
 *
 * @param jitter 0 to 1, at random, so that not all come back at once.
 */
export function afterEvent(state: Reflection, event: ReflectionEvent, jitter: number): Reflection {
  switch (event.type) {
    case 'listed':
      return { next: 'watch', version: event.version, failures: 0 };
    case 'list failed':
      return rest({ next: 'list', failures: failuresOf(state) + 1 }, jitter);
    case 'rested':
      return state.next === 'rest' ? state.then : state;
    case 'watch ended':
      return state.next === 'watch' ? afterWatch(state, event, jitter) : state;
  }
}

function afterWatch(
  state: Extract<Reflection, { readonly next: 'watch' }>,
  { why, version }: Extract<ReflectionEvent, { readonly type: 'watch ended' }>,
  jitter: number,
): Reflection {
  const heard = version !== undefined;
  const failures = heard ? 0 : state.failures + 1;
  switch (why) {
    case 'closed': {
      const again: Reflection = { next: 'watch', version: version ?? state.version, failures };
      // One that ends before anything has come must not be asked for again and again.
      return heard ? again : rest(again, jitter);
    }
    case 'silent':
    case 'expired':
    case 'broken':
      return rest({ next: 'list', failures }, jitter);
  }
}

const failuresOf = (state: Reflection): number =>
  state.next === 'rest' ? failuresOf(state.then) : state.failures;

/** Half of it at least. */
function rest(then: Reflection, jitter: number): Reflection {
  const longest = Math.min(FIRST_MS * 2 ** failuresOf(then), LONGEST_MS);
  return { next: 'rest', restMs: Math.round(longest * (0.5 + jitter / 2)), then };
}
