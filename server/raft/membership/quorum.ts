/**
 * What a quorum has, and how a vote stands: the only place that knows how many are enough.
 *
 * In a joint configuration both the incoming and the outgoing voters decide, each by a majority of
 * their own (paper §6). Two quorums of one configuration always share a voter; so do a quorum of a
 * simple configuration and one of the joint configuration entered from it or left for it.
 */
import type { Configuration } from './configuration.ts';
import { votersOf } from './configuration.ts';
import type { MemberId } from '../ids.ts';
import { invariant } from '../invariant.ts';

/** How many of `count` voters are more than half of them. */
export const majority = (count: number): number => Math.floor(count / 2) + 1;

/**
 * The largest value that a quorum has reached: `valueOf` is at least this for a quorum of voters,
 * and no larger value has that property. −∞ without voters: nothing is ever decided.
 *
 * With match indexes it is what may be committed (paper §5.3, §5.4.2); with heartbeat rounds or the
 * times of replies, the last round or moment at which the leader was sure to lead (dissertation
 * §6.2, §6.4).
 *
 * @param valueOf never NaN; −∞ stands for "nothing yet". Must not call `quorumFloor` itself.
 */
export function quorumFloor(
  configuration: Configuration,
  valueOf: (id: MemberId) => number,
): number {
  const incoming = floorAmong(votersOf(configuration), valueOf);
  return configuration.outgoing.length === 0
    ? incoming
    : Math.min(incoming, floorAmong(configuration.outgoing, valueOf));
}

/** How a vote stands: won and lost are final, whatever the missing answers say. */
export type Tally = 'won' | 'lost' | 'open';

/**
 * How a vote stands. Answers of others than voters do not count; whoever has granted is not asked
 * again, so its refusal does not count either. Without voters every vote is lost.
 */
export function tally(
  configuration: Configuration,
  grants: ReadonlySet<MemberId>,
  refusals: ReadonlySet<MemberId>,
): Tally {
  const incoming = tallyAmong(votersOf(configuration), grants, refusals);
  if (configuration.outgoing.length === 0 || incoming === 'lost') return incoming;
  const outgoing = tallyAmong(configuration.outgoing, grants, refusals);
  return incoming === 'won' ? outgoing : outgoing === 'lost' ? 'lost' : 'open';
}

function tallyAmong(
  voters: readonly MemberId[],
  grants: ReadonlySet<MemberId>,
  refusals: ReadonlySet<MemberId>,
): Tally {
  const needed = majority(voters.length);
  let granted = 0;
  let possible = voters.length;
  for (const voter of voters) {
    if (grants.has(voter)) granted += 1;
    else if (refusals.has(voter)) possible -= 1;
  }
  return granted >= needed ? 'won' : possible < needed ? 'lost' : 'open';
}

// Runs on every acknowledgement of every follower: a sorted list of at most a handful of numbers
// is kept here, rather than made each time.
const descending: number[] = [];

function floorAmong(voters: readonly MemberId[], valueOf: (id: MemberId) => number): number {
  if (voters.length === 0) return -Infinity;
  let count = 0;
  for (const voter of voters) {
    const value = valueOf(voter);
    if (Number.isNaN(value)) invariant(false, 'the value of a voter is a number', { voter });
    let at = count;
    for (; at > 0; at -= 1) {
      const larger = descending[at - 1];
      if (larger === undefined || larger >= value) break;
      descending[at] = larger;
    }
    descending[at] = value;
    count += 1;
  }
  return descending[majority(count) - 1] ?? -Infinity;
}
