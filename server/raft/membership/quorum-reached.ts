import type { Progress } from '../replication/progress.ts';
import { quorumFloor } from './quorum.ts';
import { configurationOf, type Leader, type Raft } from '../raft.ts';

/**
 * The largest value that a quorum has reached, the leader itself with `own`. A member whose disk
 * was put back to an older state counts for nothing: its vote and term may have gone back as well.
 */
export function reachedByQuorum(
  raft: Raft,
  role: Leader,
  own: number,
  valueOf: (progress: Progress) => number,
): number {
  return quorumFloor(configurationOf(raft), (id) => {
    if (id === raft.id) return own;
    const progress = role.progress.get(id);
    return progress === undefined || progress.regressed ? -Infinity : valueOf(progress);
  });
}
