/**
 * Makes a list that fails shorter while it still fails: nothing at all, whole groups, then delta
 * debugging (Zeller and Hildebrandt 2002, "Simplifying and Isolating Failure-Inducing Input", ddmin
 * without its subset step), and random parts where the failure hangs on so much that no item can go
 * alone.
 */
import { createPrng } from '../prng.ts';

export interface Shrunk<Item> {
  readonly items: readonly Item[];
  /** How often it was tried. */
  readonly runs: number;
}

/** When to stop. */
export interface ShrinkLimits {
  /** Most tries. */
  readonly runsMax: number;
  /** A list of so many items is short enough; none, when absent. */
  readonly enough?: number;
}

/**
 * @param groupOf items of a group are alike, and perhaps all of no matter.
 * @param failing those items of a shorter list that its failure needs at most; undefined when it
 *   does not fail.
 */
export function shrink<Item>(
  items: readonly Item[],
  groupOf: (item: Item) => string,
  failing: (items: readonly Item[]) => readonly Item[] | undefined,
  { runsMax, enough = 0 }: ShrinkLimits,
): Shrunk<Item> {
  let kept = items;
  let runs = 0;
  const mayGoOn = (): boolean => runs < runsMax && kept.length > enough;
  const attempt = (rest: readonly Item[]): boolean => {
    if (!mayGoOn() || rest.length === kept.length) return false;
    runs += 1;
    const needed = failing(rest);
    if (needed === undefined) return false;
    kept = needed;
    return true;
  };
  attempt([]);
  for (const group of new Set(items.map(groupOf))) {
    attempt(kept.filter((item) => groupOf(item) !== group));
  }
  dropParts(() => kept, attempt, mayGoOn);
  const prng = createPrng(items.length, 'shrink');
  while (kept.length * 4 > items.length && mayGoOn()) {
    const share = prng.pick(SHARES);
    attempt(kept.filter(() => prng.chance(share)));
  }
  return { items: kept, runs };
}

/** Parts that are tried at random: most of a list fails more often, little of it is worth more. */
const SHARES = [0.3, 0.5, 0.7] as const;

/** Drops a half, a quarter, … a single item, over and over, until none can be dropped. */
function dropParts<Item>(
  kept: () => readonly Item[],
  attempt: (rest: readonly Item[]) => boolean,
  mayGoOn: () => boolean,
): void {
  let parts = 2;
  while (kept().length > 0 && mayGoOn()) {
    const size = Math.ceil(kept().length / parts);
    let removed = false;
    for (let from = 0; from < kept().length && mayGoOn();) {
      if (attempt([...kept().slice(0, from), ...kept().slice(from + size)])) removed = true;
      else from += size;
    }
    if (size === 1 && !removed) return;
    parts = removed ? Math.max(2, parts - 1) : Math.min(kept().length, parts * 2);
  }
}
