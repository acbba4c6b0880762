import type { NodeStatus } from '../../node/node.ts';

/** Entries that a member may be behind its leader's commit index and still count as caught up. */
const LAG_MAX = 250;

/** How a leader sees another member. */
export type Peer = NodeStatus['peers'][number];

/** Why a member cannot be counted on; undefined for one that is healthy. Unknown is unhealthy. */
export function illnessOf(peer: Peer | undefined): string | undefined {
  if (peer === undefined) return 'nothing is known of it yet';
  if (peer.regressed) return 'its directory was put back to an older copy';
  return peer.recent ? undefined : 'not heard from within an election timeout';
}

/**
 * Why a member is not near enough to the leader's log to vote or lead: promoted earlier, it would
 * hold commits up. Undefined when it is near.
 */
export function lagOf(commit: number, peer: Peer | undefined): string | undefined {
  const illness = illnessOf(peer);
  if (peer === undefined) return illness;
  const behind = commit - peer.match;
  const distance = `${Math.max(behind, 0)} entries behind, at ${peer.match} of ${commit}`;
  if (illness !== undefined) return `${illness}, ${distance}`;
  if (peer.state === 'snapshot') return `it is being sent a snapshot, ${distance}`;
  if (peer.state === 'probe') return `its log is being compared, ${distance}`;
  return behind > LAG_MAX ? `${distance}; at most ${LAG_MAX} are allowed` : undefined;
}
