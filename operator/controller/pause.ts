import type { Outcome } from '../reconcile/reconcile.ts';

/** Of members nothing is heard by itself: they are asked. */
const ACTED_MS = 50;
const BEHIND_MS = 100;
const WAIT_FIRST_MS = 150;
/** A twentieth of the time waited so far: what comes is seen late by no more than that. */
const WAIT_GROWTH = 1.05;
const WAIT_LONGEST_MS = 2_000;

/**
 * How long until a cluster is looked at again when none of its objects changes; undefined: never.
 *
 * @param waits how often in a row it has waited for the same.
 */
export function pauseAfter(outcome: Outcome, waits: number, resyncMs: number): number | undefined {
  switch (outcome.kind) {
    case 'gone':
      return undefined;
    case 'settled':
      return resyncMs;
    case 'acted':
      return ACTED_MS;
    case 'behind':
      return BEHIND_MS;
    case 'waiting':
      return Math.min(WAIT_FIRST_MS * WAIT_GROWTH ** waits, WAIT_LONGEST_MS, resyncMs);
  }
}
