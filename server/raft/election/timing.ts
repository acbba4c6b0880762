/** What a member concludes from time. Liveness rests on it; safety does, but for leases, not. */
import { configurationOf, type Raft } from '../raft.ts';
import { priorityOf } from '../membership/configuration.ts';
import { fraction, nextRandom } from './random.ts';

/**
 * How long to wait before the next campaign, in milliseconds; random, so that votes rarely split. The
 * spread is half a timeout: that is many elections long, and of two that ask at once the pre-vote lets
 * the stronger one go first.
 */
export function electionDelayMs(raft: Raft, suspect: boolean): number {
  const { electionTimeoutMs, heartbeatIntervalMs, suspectPauseMsMax } = raft.options;
  const chance = drawFraction(raft);
  const rank = priorityRank(raft);
  return suspect
    ? (rank + chance) * suspectPauseMsMax
    : electionTimeoutMs * (1 + chance / 2) + rank * heartbeatIntervalMs;
}

/** How long a campaign may take before the next one, in milliseconds. */
export function campaignDelayMs(raft: Raft, suspect: boolean): number {
  const { electionTimeoutMs, heartbeatIntervalMs, suspectPauseMsMax } = raft.options;
  const leastMs = suspect
    ? Math.min(Math.max(4 * suspectPauseMsMax, 2 * heartbeatIntervalMs), electionTimeoutMs)
    : electionTimeoutMs;
  return leastMs * (1 + drawFraction(raft));
}

/**
 * Whether this member stands by a leader and helps nobody else to become one (dissertation §4.2.3).
 * A leader stands by itself; check-quorum ends that.
 */
export function upholdsLeader(raft: Raft): boolean {
  if (raft.nowMs < raft.promisedUntilMs) return true;
  const { role } = raft;
  if (role.kind === 'leader') return true;
  if (role.kind !== 'follower' || role.leader === undefined) return false;
  if (role.suspect && configurationOf(raft).trust === 'earlyCampaign') return false;
  return raft.nowMs < role.heardMs + raft.options.electionTimeoutMs;
}

/** How many voters of higher priority there are: they campaign first. */
function priorityRank(raft: Raft): number {
  const configuration = configurationOf(raft);
  const own = priorityOf(configuration, raft.id);
  let rank = 0;
  // A plain loop: every message of the leader starts the wait anew.
  for (const { standing, priority } of configuration.members)
    if (standing === 'voter' && priority > own) rank++;
  return rank;
}

function drawFraction(raft: Raft): number {
  raft.random = nextRandom(raft.random);
  return fraction(raft.random);
}
