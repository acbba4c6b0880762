import { findMember, isVoter } from './configuration.ts';
import { advance } from '../ids.ts';
import { lastIndexOf } from '../log/log.ts';
import { createProgress, trackMembers } from '../replication/progress.ts';
import { configurationOf, type Leader, type Raft } from '../raft.ts';

/**
 * Follows the configuration in force: a leader speaks to its voters, and to learners that a
 * committed configuration knows.
 *
 * A new member learns its id from the first message to it. If the change that brought it were
 * dropped, the next leader would give that id to another directory, and two would vote under one
 * id; so it hears nothing until the change is committed, which takes no voice of its own.
 */
export function trackConfiguration(raft: Raft, role: Leader): void {
  const configuration = configurationOf(raft);
  const committed = raft.configurations[0].configuration;
  const ids = configuration.members
    .map((member) => member.id)
    .filter((id) => isVoter(configuration, id) || findMember(committed, id) !== undefined);
  const next = advance(lastIndexOf(raft.log));
  trackMembers(role.progress, new Set(ids), () => createProgress(next, raft.nowMs, raft.options));
}
