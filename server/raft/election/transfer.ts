/** Leadership transfer (dissertation §3.10): on request, to a better voter, or away from trouble. */
import { priorityOf, votersOf } from '../membership/configuration.ts';
import { emit, refuse, send } from '../emit.ts';
import type { MemberId } from '../ids.ts';
import type { Input } from '../input.ts';
import { lastIndexOf } from '../log/log.ts';
import { configurationOf, leaderOf, termOf, type Leader, type Raft } from '../raft.ts';

/**
 * Begins to hand leadership over (dissertation §3.10): commands are refused until the target leads or
 * an election timeout has passed. Without a target it goes to the best successor, if there is one.
 */
export function onTransfer(raft: Raft, input: Extract<Input, { kind: 'transfer' }>): void {
  const { role } = raft;
  const { context } = input;
  if (role.kind !== 'leader') {
    refuse(raft, 'transfer', context, { reason: 'notLeader', leader: leaderOf(raft) });
    return;
  }
  if (role.transfer !== undefined) {
    refuse(raft, 'transfer', context, { reason: 'transferring', to: role.transfer.to });
    return;
  }
  const to = input.to ?? bestSuccessor(raft, role);
  const problem = problemOf(raft, role, to);
  if (to === undefined || problem !== undefined) {
    const refusal = { reason: 'invalidTarget', problem: problem ?? '' } as const;
    refuse(raft, 'transfer', context, refusal);
    return;
  }
  beginTransfer(raft, role, to, context);
}

/** Why leadership cannot go to `to`. */
function problemOf(raft: Raft, role: Leader, to: MemberId | undefined): string | undefined {
  if (to === undefined) return 'no other voter is ready to lead';
  if (to === raft.id || !votersOf(configurationOf(raft)).includes(to)) {
    return `member ${to} is not another voter`;
  }
  const progress = role.progress.get(to);
  if (progress?.regressed) return `member ${to} has lost what it had acknowledged`;
  return progress?.spaceLow && !raft.spaceLow
    ? `member ${to} is short of disk space, and would hand leadership back`
    : undefined;
}

/** Hands over by the leader's own wish, if someone is there and nothing is under way. */
export function handOver(raft: Raft, role: Leader): void {
  const to = role.transfer === undefined ? bestSuccessor(raft, role) : undefined;
  if (to !== undefined) beginTransfer(raft, role, to, undefined);
}

/** Lets the successor campaign once it has everything. */
export function completeTransfer(raft: Raft, role: Leader): void {
  const { transfer } = role;
  if (transfer === undefined || transfer.sent) return;
  if (role.progress.get(transfer.to)?.match !== lastIndexOf(raft.log)) return;
  transfer.sent = true;
  sendTimeoutNow(raft, role, transfer.to);
}

/** Gives up a transfer that takes longer than an election. Its target stays a voter: changes are refused meanwhile. */
export function expireTransfer(raft: Raft, role: Leader): void {
  const { transfer } = role;
  if (transfer === undefined || raft.nowMs < transfer.deadlineMs) return;
  role.transfer = undefined;
  if (transfer.context !== undefined) {
    const outcome = transfer.sent ? 'unknown' : 'aborted';
    emit(raft, { kind: 'transferEnded', context: transfer.context, outcome });
  }
}

/** Somebody leads: says whether it is the one whom a transfer was meant for. */
export function endHandOver(raft: Raft, leader: MemberId): void {
  if (raft.handedOver === undefined) return;
  const { to, context } = raft.handedOver;
  raft.handedOver = undefined;
  emit(raft, {
    kind: 'transferEnded',
    context,
    outcome: leader === to ? 'transferred' : 'unknown',
  });
}

/** Whoever gets this may campaign past every promise, now or later: no lease of this term holds any more. */
export function sendTimeoutNow(raft: Raft, role: Leader, to: MemberId): void {
  role.leaseForfeited = true;
  send(raft, { kind: 'timeoutNow', from: raft.id, to, term: termOf(raft) });
}

/** The voter best fit to lead next: in contact, with space; then by priority, then by how much it has. */
export function bestSuccessor(raft: Raft, role: Leader): MemberId | undefined {
  const configuration = configurationOf(raft);
  const fit = votersOf(configuration).filter((id) => {
    const progress = role.progress.get(id);
    if (
      id === raft.id ||
      progress?.state !== 'replicate' ||
      progress.regressed ||
      progress.spaceLow
    )
      return false;
    return raft.nowMs < progress.heardMs + raft.options.electionTimeoutMs;
  });
  const rankOf = (id: MemberId): number => priorityOf(configuration, id);
  const matchOf = (id: MemberId): number => role.progress.get(id)?.match ?? 0;
  return fit.sort((a, b) => rankOf(b) - rankOf(a) || matchOf(b) - matchOf(a) || a - b)[0];
}

/** Hands over to a voter of higher priority that has kept up for an election timeout. */
export function preferPriority(raft: Raft, role: Leader): void {
  if (role.transfer !== undefined) {
    // An attempt that fails blocks commands for a while: the next one has to wait as long again.
    role.betterSinceMs = undefined;
    return;
  }
  const configuration = configurationOf(raft);
  const best = bestSuccessor(raft, role);
  const better =
    best !== undefined &&
    priorityOf(configuration, best) > priorityOf(configuration, raft.id) &&
    (role.progress.get(best)?.match ?? 0) >= raft.commit;
  if (!better) {
    role.betterSinceMs = undefined;
    return;
  }
  role.betterSinceMs ??= raft.nowMs;
  if (raft.nowMs - role.betterSinceMs >= raft.options.electionTimeoutMs) handOver(raft, role);
}

function beginTransfer(raft: Raft, role: Leader, to: MemberId, context: number | undefined): void {
  role.transfer = {
    to,
    context,
    deadlineMs: raft.nowMs + raft.options.electionTimeoutMs,
    sent: false,
  };
}
