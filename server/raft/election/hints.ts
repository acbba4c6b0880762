/** What followers are told of the end of their leader, by the transport or by itself: liveness may rest on it, safety does not. */
import type { MemberId } from '../ids.ts';
import type { Resigned } from '../message.ts';
import { configurationOf, type Raft } from '../raft.ts';
import { electionDelayMs } from './timing.ts';

/** The leader's process is gone, says the transport: a hint that only early campaigning believes. */
export function onLeaderUnreachable(raft: Raft, leader: MemberId): void {
  const { role } = raft;
  if (role.kind !== 'follower' || role.leader !== leader || role.suspect) return;
  if (configurationOf(raft).trust !== 'earlyCampaign') return;
  role.suspect = true;
  role.deadlineMs = Math.min(role.deadlineMs, raft.nowMs + electionDelayMs(raft, true));
}

/** The process is there after all. */
export function onLeaderReachable(raft: Raft, leader: MemberId): void {
  const { role } = raft;
  if (role.kind !== 'follower' || role.leader !== leader || !role.suspect) return;
  role.suspect = false;
  role.deadlineMs = raft.nowMs + electionDelayMs(raft, false);
}

/**
 * The leader gave up its office: its own word, which no clock has to confirm. Who followed it asks
 * for an election soon, but keeps every promise that was made under a lease.
 */
export function onResigned(raft: Raft, message: Resigned): void {
  const { role } = raft;
  if (role.kind !== 'follower' || role.leader !== message.from) return;
  role.leader = undefined;
  role.heardMs = -Infinity;
  role.suspect = true;
  role.deadlineMs = Math.max(raft.nowMs, raft.promisedUntilMs) + electionDelayMs(raft, true);
}
