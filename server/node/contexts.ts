/** Gives out the contexts of one core's inputs. */
export type Contexts = () => number;

/**
 * Contexts that count up by one from a number drawn from `seed`.
 *
 * A read's context travels to the leader and back without the term or the start of the process that
 * asked, so an answer to an earlier start's read must not look like one to this start's: it would
 * serve a stale read (etcd-io/raft#397). 2⁵² beginnings make two starts' few billion contexts meet
 * less often than disks lie.
 */
export function createContexts(seed: number): Contexts {
  let next = draw(seed);
  return () => {
    next += 1;
    return next;
  };
}

/** A number below 2⁵², spread evenly whatever the seeds: splitmix on two 32-bit lanes. */
function draw(seed: number): number {
  const low = seed >>> 0;
  const high = Math.floor(seed / 2 ** 32) >>> 0;
  const upper = mix(mix(low ^ 0x9e3779b9) ^ high);
  const lower = mix(mix(high ^ 0x85ebca6b) ^ low);
  return (upper % 2 ** 20) * 2 ** 32 + lower;
}

/** One number from two: the seed of a process's `count`-th core. */
export const deriveSeed = (seed: number, count: number): number => draw(draw(seed) + count);

function mix(lane: number): number {
  let mixed = Math.imul(lane ^ (lane >>> 16), 0x7feb352d);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x846ca68b);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
