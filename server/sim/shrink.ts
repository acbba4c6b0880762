/**
 * Makes a list that fails shorter while it still fails: delta debugging (Zeller and Hildebrandt
 * 2002, "Simplifying and Isolating Failure-Inducing Input", ddmin without its subset step).
 */

export interface Shrunk<Item> {
  readonly items: readonly Item[];
  /** How often it was tried. */
  readonly runs: number;
}

/** @param fails whether a shorter list still fails; asked at most `runsMax` times. */
export function shrink<Item>(
  items: readonly Item[],
  fails: (items: readonly Item[]) => boolean,
  runsMax: number,
): Shrunk<Item> {
  let kept = items;
  let parts = 2;
  let runs = 0;
  while (kept.length > 0 && runs < runsMax) {
    const size = Math.ceil(kept.length / parts);
    let removed = false;
    for (let from = 0; from < kept.length && runs < runsMax;) {
      const rest = [...kept.slice(0, from), ...kept.slice(from + size)];
      runs += 1;
      if (fails(rest)) {
        kept = rest;
        removed = true;
      } else {
        from += size;
      }
    }
    if (size === 1 && !removed) break;
    parts = removed ? Math.max(2, parts - 1) : Math.min(kept.length, parts * 2);
  }
  return { items: kept, runs };
}
