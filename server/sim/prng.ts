/**
 * Pseudo-random numbers for simulators: sfc32 (Chris Doty-Humphrey, PractRand), 128 bits of state.
 *
 * Every consumer has a stream of its own, derived from the seed of the run and a name, so that one
 * that draws more or less than before leaves all others as they were.
 */
export interface Prng {
  /** At least 0, less than 1. */
  fraction(): number;
  /** An integer: at least 0, less than `count`. */
  below(count: number): number;
  /** An integer: at least `low`, at most `high`. */
  between(low: number, high: number): number;
  /** As likely to lie between 1 and 10 as between 10 and 100; an integer. `low` at least 1. */
  spread(low: number, high: number): number;
  /** True with this probability. */
  chance(probability: number): boolean;
  pick<Item>(items: readonly Item[]): Item;
}

/** A stream of its own for `name` in the run of `seed`. */
export function createPrng(seed: number, name: string): Prng {
  let a = hash(seed, name, 0x9e3779b9);
  let b = hash(seed, name, 0x243f6a88);
  let c = hash(seed, name, 0xb7e15162);
  let counter = 1;

  const draw = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return sum >>> 0;
  };
  for (let warm = 0; warm < 12; warm += 1) draw();

  const fraction = (): number => draw() / 2 ** 32;
  const below = (count: number): number => Math.floor(fraction() * count);
  return {
    fraction,
    below,
    between: (low, high) => low + below(high - low + 1),
    spread: (low, high) => Math.round(low * (high / low) ** fraction()),
    chance: (probability) => fraction() < probability,
    pick: (items) => {
      if (items.length === 0) throw new RangeError('one can only pick from something');
      return items[below(items.length)] as (typeof items)[number];
    },
  };
}

/** A number for whoever wants a seed rather than a stream; at least 0, less than 2³². */
export const deriveSeed = (seed: number, name: string): number => hash(seed, name, 0x85ebca6b);

/** FNV-1a over the seed's 64 bits and the name, with the finalizer of MurmurHash3. */
function hash(seed: number, name: string, basis: number): number {
  let lane = Math.imul(basis ^ (seed >>> 0), FNV_PRIME);
  lane = Math.imul(lane ^ Math.floor(seed / 2 ** 32), FNV_PRIME);
  for (let at = 0; at < name.length; at += 1) {
    lane = Math.imul(lane ^ name.charCodeAt(at), FNV_PRIME);
  }
  lane = Math.imul(lane ^ (lane >>> 16), 0x85ebca6b);
  lane = Math.imul(lane ^ (lane >>> 13), 0xc2b2ae35);
  return (lane ^ (lane >>> 16)) >>> 0;
}

const FNV_PRIME = 0x01000193;
