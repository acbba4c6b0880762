/** Commands on their way into the log, or turned away with a reason before anything changed. */
import { appendOwn } from '../log/append-entry.ts';
import type { Refusal } from '../effect.ts';
import { emit, refuse } from '../emit.ts';
import { ENTRY_OVERHEAD_BYTES } from '../entry.ts';
import type { Input } from '../input.ts';
import { leaderOf, termOf, type Leader, type Raft } from '../raft.ts';

type Propose = Extract<Input, { kind: 'propose' }>;

/**
 * Appends the commands in order, but for those that are refused: one that is too large does not keep
 * out those behind it. Every command is covered by exactly one `accepted` or `refuse`.
 */
export function onPropose(raft: Raft, input: Propose): void {
  const { role } = raft;
  const { context, commands } = input;
  if (role.kind !== 'leader') {
    refuse(
      raft,
      'propose',
      context,
      { reason: 'notLeader', leader: leaderOf(raft) },
      0,
      commands.length,
    );
    return;
  }
  let offset = 0;
  while (offset < commands.length) {
    const accepted = accept(raft, role, input, offset);
    offset += accepted > 0 ? accepted : refuseRun(raft, role, input, offset);
  }
}

/** Appends commands from `offset` on until one is refused; returns how many. */
function accept(raft: Raft, role: Leader, input: Propose, offset: number): number {
  let bytes = role.uncommittedBytes;
  let end = offset;
  for (; end < input.commands.length; end++) {
    const size = input.commands[end]?.length ?? 0;
    if (refusalOf(raft, role, size, bytes) !== undefined) break;
    bytes += size + ENTRY_OVERHEAD_BYTES;
  }
  const count = end - offset;
  if (count === 0) return 0;
  const first = appendOwn(raft, role, 'command', input.commands.slice(offset, end));
  emit(raft, {
    kind: 'accepted',
    context: input.context,
    offset,
    first,
    count,
    term: termOf(raft),
  });
  return count;
}

/** Refuses the command at `offset` and those behind it that share its reason; returns how many. */
function refuseRun(raft: Raft, role: Leader, input: Propose, offset: number): number {
  const reasonAt = (at: number): Refusal | undefined =>
    refusalOf(raft, role, input.commands[at]?.length ?? 0, role.uncommittedBytes);
  const refusal = reasonAt(offset);
  if (refusal === undefined) return 0;
  let end = offset + 1;
  while (end < input.commands.length && reasonAt(end)?.reason === refusal.reason) end++;
  refuse(raft, 'propose', input.context, refusal, offset, end - offset);
  return end - offset;
}

/** Why a command of `size` bytes is not admitted while `uncommittedBytes` are not committed. */
function refusalOf(
  raft: Raft,
  role: Leader,
  size: number,
  uncommittedBytes: number,
): Refusal | undefined {
  const { commandBytesMax, uncommittedBytesMax } = raft.options;
  if (role.transfer !== undefined) return { reason: 'transferring', to: role.transfer.to };
  if (raft.spaceLow) return { reason: 'diskFull' };
  if (size > commandBytesMax) return { reason: 'tooLarge', bytes: size, bytesMax: commandBytesMax };
  // One command is always admitted, however small the bound.
  if (
    uncommittedBytes > 0 &&
    uncommittedBytes + size + ENTRY_OVERHEAD_BYTES > uncommittedBytesMax
  ) {
    return { reason: 'logFull', bytes: uncommittedBytes, bytesMax: uncommittedBytesMax };
  }
  return undefined;
}
