import { emit } from '../emit.ts';
import type { Index } from '../ids.ts';
import type { Input } from '../input.ts';
import { invariant } from '../invariant.ts';
import { baseOf, compactTo, termAt } from './log.ts';
import type { Raft } from '../raft.ts';
import { neededFrom } from '../replication/replication.ts';

/** Forgets the log's beginning; a leader keeps what members in contact still need, above `floor`. */
export function onCompact(raft: Raft, input: Extract<Input, { kind: 'compact' }>): void {
  invariant(
    input.floor <= input.through && input.through <= raft.applied,
    'only what is applied is compacted',
    {
      floor: input.floor,
      through: input.through,
      applied: raft.applied,
    },
  );
  const needed = raft.role.kind === 'leader' ? neededFrom(raft, raft.role) : input.through;
  const index = Math.min(input.through, Math.max(needed, input.floor)) as Index;
  const term = termAt(raft.log, index);
  if (term === undefined || index <= baseOf(raft.log).index) return;
  compactTo(raft.log, { index, term });
  emit(raft, { kind: 'compact', through: { index, term } });
}
