/** What is committed, and what of it may be applied. */
import { emit } from '../emit.ts';
import type { Index } from '../ids.ts';
import { invariant } from '../invariant.ts';
import { bytesBetween, entriesBetween, lastIndexOf, termAt, trim } from './log.ts';
import { reachedByQuorum } from '../membership/quorum-reached.ts';
import { termOf, type Leader, type Raft } from '../raft.ts';
import { trackConfiguration } from '../membership/track-configuration.ts';

/** Takes over a commit index; one that is not news changes nothing. */
export function commitTo(raft: Raft, index: Index): void {
  if (index <= raft.commit) return;
  invariant(index <= lastIndexOf(raft.log), 'only entries in the log are committed', {
    index,
    last: lastIndexOf(raft.log),
  });
  raft.commit = index;
  const { configurations } = raft;
  for (
    let next = configurations[1];
    next !== undefined && next.index <= index;
    next = configurations[1]
  ) {
    configurations.shift();
  }
}

/**
 * Commits what a quorum has on disk, if it is of the leader's own term: entries of earlier terms
 * are committed with it, never by counting (paper §5.4.2, Figure 8).
 */
export function advanceCommit(raft: Raft, role: Leader): void {
  const { stable } = raft.log;
  const self = role.progress.get(raft.id);
  if (self !== undefined) self.match = stable;
  // Half of all acknowledgements come when nothing is left to commit.
  if (raft.commit === lastIndexOf(raft.log)) return;
  const index = reachedByQuorum(raft, role, stable, (progress) => progress.match) as Index;
  if (index <= raft.commit || termAt(raft.log, index) !== termOf(raft)) return;
  role.uncommittedBytes -= bytesBetween(raft.log, raft.commit, index);
  const open = raft.configurations.length;
  commitTo(raft, index);
  if (raft.configurations.length < open) trackConfiguration(raft, role);
}

/** Hands out what is committed and on this member's disk: no state is ever ahead of its own log. */
export function handOut(raft: Raft): void {
  // What is committed meanwhile is part of the snapshot, and must not be applied to it again.
  if (raft.installing !== undefined) return;
  const through = raft.commit < raft.log.stable ? raft.commit : raft.log.stable;
  if (through > raft.applied) {
    emit(raft, { kind: 'commit', entries: entriesBetween(raft.log, raft.applied, through) });
    raft.applied = through;
  }
  trim(raft.log, raft.applied, raft.options.cacheBytesMax);
}
