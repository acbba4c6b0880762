/**
 * The consensus core: `step(input) → effects`. No clock, no chance, no I/O: the same inputs give
 * the same effects, always.
 *
 *   input ─▶ dispatch (records what happened) ─▶ settle (draws the consequences) ─▶ effects
 */
import type { Boot } from './boot.ts';
import { handOut } from './log/commit.ts';
import { onCompact } from './log/compaction.ts';
import type { Effect } from './effect.ts';
import { onElectionTimeout, onOwnVoteDurable } from './election/election.ts';
import { refuse, takeEffects } from './emit.ts';
import { onLeaderReachable, onLeaderUnreachable } from './election/hints.ts';
import { onInstalled } from './replication/installing.ts';
import type { MemberId } from './ids.ts';
import type { PersistToken } from './effect.ts';
import type { Input } from './input.ts';
import { invariant } from './invariant.ts';
import { lead, onLeaderTick, onMemberUnreachable } from './leading.ts';
import { contains } from './log/log.ts';
import { onChange } from './membership/membership.ts';
import { checkOptions, type Options } from './options.ts';
import { endWrites } from './outbox.ts';
import { onPropose } from './replication/proposing.ts';
import { isRemoved, termOf, type Raft } from './raft.ts';
import { onRead } from './reads/reads.ts';
import { onMessage } from './receive.ts';
import { onFetched, onSnapshotSent } from './replication/replication.ts';
import { restore } from './restore.ts';
import { becomeHalted, becomeRemoved } from './election/roles.ts';
import { bestSuccessor, onTransfer, sendTimeoutNow } from './election/transfer.ts';

/**
 * Starts a core from what its member has on disk.
 *
 * @throws InvariantError when what is on disk contradicts itself, or the options each other.
 */
export function start(boot: Boot, options: Options, nowMs: number): Raft {
  checkOptions(options);
  return restore(boot, options, nowMs);
}

/**
 * Lets one thing happen at `nowMs` (milliseconds of a clock that never goes back) and returns what
 * must be done now, in order.
 *
 * @throws InvariantError when an input contradicts what is known; the core takes no input after it.
 */
export function step(raft: Raft, nowMs: number, input: Input): readonly Effect[] {
  invariant(!raft.stepping, 'a core that broke an invariant takes no more input', {
    input: input.kind,
  });
  invariant(nowMs >= raft.nowMs, 'time never goes back', { nowMs, before: raft.nowMs });
  raft.stepping = true;
  raft.nowMs = nowMs;
  if (raft.role.kind === 'removed' || raft.role.kind === 'halted')
    turnAway(raft, raft.role.kind, input);
  else dispatch(raft, input);
  settle(raft);
  const effects = takeEffects(raft);
  raft.stepping = false;
  return effects;
}

function dispatch(raft: Raft, input: Input): void {
  switch (input.kind) {
    case 'tick':
      onTick(raft);
      return;
    case 'message':
      onMessage(raft, input.message);
      return;
    case 'propose':
      onPropose(raft, input);
      return;
    case 'read':
      onRead(raft, input.context);
      return;
    case 'change':
      onChange(raft, input);
      return;
    case 'transfer':
      onTransfer(raft, input);
      return;
    case 'persisted':
      onPersisted(raft, input.token);
      return;
    case 'storageFailed':
      onStorageFailed(raft);
      return;
    case 'storageSpace':
      raft.spaceLow = input.low;
      return;
    case 'fetched':
      if (raft.role.kind === 'leader') onFetched(raft, raft.role, input);
      return;
    case 'snapshotSent':
      if (raft.role.kind === 'leader') onSnapshotSent(raft, raft.role, input);
      return;
    case 'installed':
      onInstalled(raft, input);
      return;
    case 'compact':
      onCompact(raft, input);
      return;
    case 'peer':
      onPeer(raft, input.member, input.reachable);
      return;
    default:
      refuseKind(input);
  }
}

function refuseKind(input: never): void {
  const { kind } = input as Input;
  invariant(false, 'an input is of a kind that there is', { kind });
}

/** What follows from the step, whatever it was. */
function settle(raft: Raft): void {
  if (raft.role.kind === 'leader') lead(raft, raft.role);
  handOut(raft);
  const isAtWork = raft.role.kind !== 'halted' && raft.role.kind !== 'removed';
  if (isAtWork && isRemoved(raft, raft.id)) becomeRemoved(raft);
}

function onTick(raft: Raft): void {
  const { role } = raft;
  if (role.kind === 'leader') onLeaderTick(raft, role);
  else if (role.kind !== 'removed' && role.kind !== 'halted' && raft.nowMs >= role.deadlineMs) {
    // A hurried campaign that found no end may have been too short for these disks: now take the time.
    onElectionTimeout(raft, role.kind === 'follower' && role.suspect);
  }
}

/**
 * Writes have reached the disk. Only a completion of this term, for a log end that is still there,
 * says anything about the log: what it once held may have been replaced meanwhile.
 */
function onPersisted(raft: Raft, token: PersistToken): void {
  const { sequence } = raft.outbox;
  invariant(token.sequence <= sequence, 'only what was to be persisted is reported as persisted', {
    token,
    sequence,
  });
  endWrites(raft.outbox, token.sequence);
  if (token.term !== termOf(raft)) return;
  if (contains(raft.log, token.through) && token.through.index > raft.log.stable) {
    raft.log.stable = token.through.index;
  }
  onOwnVoteDurable(raft);
}

/** Nothing is acknowledged any more; a leader lets another campaign at once. */
function onStorageFailed(raft: Raft): void {
  if (raft.role.kind === 'leader') {
    const successor = bestSuccessor(raft, raft.role);
    if (successor !== undefined) sendTimeoutNow(raft, raft.role, successor);
  }
  becomeHalted(raft);
}

function onPeer(raft: Raft, member: MemberId, reachable: boolean): void {
  if (raft.role.kind === 'leader') {
    const progress = raft.role.progress.get(member);
    if (progress !== undefined && !reachable) onMemberUnreachable(progress);
  } else if (reachable) onLeaderReachable(raft, member);
  else onLeaderUnreachable(raft, member);
}

/** A member that is removed or halted answers its callers, and nobody else. */
function turnAway(raft: Raft, reason: 'removed' | 'halted', input: Input): void {
  switch (input.kind) {
    case 'propose':
      refuse(raft, 'propose', input.context, { reason }, 0, input.commands.length);
      return;
    case 'read':
    case 'change':
    case 'transfer':
      refuse(raft, input.kind, input.context, { reason });
      return;
    case 'tick':
    case 'message':
    case 'persisted':
    case 'storageFailed':
    case 'storageSpace':
    case 'fetched':
    case 'snapshotSent':
    case 'installed':
    case 'compact':
    case 'peer':
      return;
    default:
      refuseKind(input);
  }
}
