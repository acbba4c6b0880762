/**
 * From role to role.
 *
 *   follower ──timeout──▶ preCandidate ──would win──▶ candidate ──won──▶ leader
 *      ▲                       │                         │                 │
 *      └──── higher term, live leader, lost ─────────────┴─── no quorum ───┘
 */
import { termOf, type Leader, type Raft } from '../raft.ts';
import { emit, refuse, setHardState } from '../emit.ts';
import { advance, type MemberId, type Term } from '../ids.ts';
import { invariant } from '../invariant.ts';
import { appendOwn } from '../log/append-entry.ts';
import { bytesBetween, lastIndexOf } from '../log/log.ts';
import { createPendingReads } from '../reads/pending-reads.ts';
import { electionDelayMs } from './timing.ts';
import { endHandOver } from './transfer.ts';
import { trackConfiguration } from '../membership/track-configuration.ts';

/** Follows `leader`, or waits for one, in `term`. `suspect`: wait only a little. */
export function becomeFollower(
  raft: Raft,
  term: Term,
  leader: MemberId | undefined,
  suspect = false,
): void {
  invariant(term >= termOf(raft), 'a term never goes back', { from: termOf(raft), to: term });
  if (raft.role.kind === 'leader') resign(raft, raft.role);
  if (term > termOf(raft)) setHardState(raft, { term, vote: undefined });
  raft.role = {
    kind: 'follower',
    leader,
    heardMs: leader === undefined ? -Infinity : raft.nowMs,
    suspect,
    deadlineMs: raft.nowMs + electionDelayMs(raft, suspect),
  };
}

/** Leads the present term, and says so with a no-op (paper §5.4.2, §8). */
export function becomeLeader(raft: Raft): void {
  const last = lastIndexOf(raft.log);
  const role: Leader = {
    kind: 'leader',
    progress: new Map(),
    firstIndex: advance(last),
    heartbeatDueMs: raft.nowMs,
    reads: createPendingReads(),
    transfer: undefined,
    leaseForfeited: false,
    uncommittedBytes: bytesBetween(raft.log, raft.commit, last),
    betterSinceMs: undefined,
  };
  trackConfiguration(raft, role);
  raft.role = role;
  endHandOver(raft, raft.id);
  appendOwn(raft, role, 'noop', [new Uint8Array(0)]);
}

/** Silent for ever: no committed configuration has this member any more. */
export function becomeRemoved(raft: Raft): void {
  if (raft.role.kind === 'leader') resign(raft, raft.role);
  endHandOver(raft, raft.id);
  raft.role = { kind: 'removed' };
}

/** Silent until started anew from disk. */
export function becomeHalted(raft: Raft): void {
  if (raft.role.kind === 'leader') resign(raft, raft.role);
  endHandOver(raft, raft.id);
  raft.role = { kind: 'halted' };
}

/** Answers everyone who waits for what only a leader can give. */
function resign(raft: Raft, role: Leader): void {
  for (const read of role.reads.waiting) {
    if (read.from === undefined)
      refuse(raft, 'read', read.context, { reason: 'notLeader', leader: undefined });
  }
  const { transfer } = role;
  if (transfer?.context === undefined) return;
  const { to, context } = transfer;
  if (transfer.sent) raft.handedOver = { to, context };
  else emit(raft, { kind: 'transferEnded', context, outcome: 'aborted' });
}
