/** Which connections of clients are ended so that what they hold stays within a bound. Pure. */

/** What one connection makes a member hold, as it was looked at. */
export interface Holding<Id> {
  readonly id: Id;
  /** Requests that have not come whole, replies that were not taken, and what open calls cost. */
  readonly bytes: number;
  /**
   * Since when the member waits for this client: to speak HTTP/2 at all, to send the rest of its
   * oldest request, or to take its oldest reply. Undefined: it owes nothing.
   */
  readonly waitingSinceMs: number | undefined;
}

export interface HoldingBounds {
  /** What all may hold together. */
  readonly bytesMax: number;
  /** How long a client may keep the member waiting. */
  readonly stallMs: number;
}

/** `stalled`: it kept the member waiting for too long. `overload`: there was no more room. */
export type EndReason = 'overload' | 'stalled';

export interface Ending<Id> {
  readonly id: Id;
  readonly reason: EndReason;
}

/** Room is made down to this share of the bound: looking at all connections must not be needed for each chunk. */
const KEPT_SHARE = 0.75;

/**
 * Those to be ended, in this order. First all that are stalled. When the others still hold too much:
 * those that hold the most, and of those that hold about as much the one that has kept the member
 * waiting for longest; one that owes nothing comes last, for its memory is given back by the member.
 */
export function connectionsToEnd<Id>(
  holdings: readonly Holding<Id>[],
  nowMs: number,
  { bytesMax, stallMs }: HoldingBounds,
): readonly Ending<Id>[] {
  const isStalled = ({ waitingSinceMs = Infinity }: Holding<Id>): boolean =>
    nowMs - waitingSinceMs >= stallMs;
  const endings: Ending<Id>[] = holdings
    .filter(isStalled)
    .map(({ id }) => ({ id, reason: 'stalled' }));
  const others = holdings.filter((each) => !isStalled(each));
  let bytes = others.reduce((sum, each) => sum + each.bytes, 0);
  if (bytes <= bytesMax) return endings;
  for (const each of others.sort(byBlame)) {
    if (bytes <= bytesMax * KEPT_SHARE) break;
    bytes -= each.bytes;
    endings.push({ id: each.id, reason: 'overload' });
  }
  return endings;
}

/** "About as much" is the same power of two. */
const magnitude = (bytes: number): number => 32 - Math.clz32(bytes);

const byBlame = <Id>(one: Holding<Id>, other: Holding<Id>): number =>
  Number(one.waitingSinceMs === undefined) - Number(other.waitingSinceMs === undefined) ||
  magnitude(other.bytes) - magnitude(one.bytes) ||
  (one.waitingSinceMs ?? 0) - (other.waitingSinceMs ?? 0);
