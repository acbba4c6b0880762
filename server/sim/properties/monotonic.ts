import type { Index, MemberId, Term } from '../../raft/ids.ts';
import type { Input } from '../../raft/input.ts';
import { lastIndexOf } from '../../raft/log/log.ts';
import type { Leader, Raft } from '../../raft/raft.ts';
import type { Actor } from '../observation.ts';
import { createLeaderCommits } from '../evidence/leader-commits.ts';
import { createPerCore } from '../evidence/per-core.ts';
import { Violation, type Property } from './property.ts';

const NAME = 'commit and match only grow';

interface Known {
  term: Term;
  commit: Index;
  /** What the leader of `term` knew of its members. */
  matches: Map<MemberId, Index>;
}

/**
 * Terms and commit indexes of a running member never go back; nothing is committed beyond the end
 * of its log, nor beyond what a leader has committed; and what a leader knows a member to have never
 * shrinks in its term, nor exceeds its own log.
 */
export const monotonic: Property = {
  name: NAME,
  source:
    'Raft paper Figure 2 (commitIndex, matchIndex: increase monotonically); etcd-io/raft tla/etcdraft.tla, LogInv',
  watch() {
    const cores = createPerCore((): Known => ({
      term: 0 as Term,
      commit: 0 as Index,
      matches: new Map(),
    }));
    const commits = createLeaderCommits();
    let committed = 0;
    return (observation) => {
      cores.follow(observation);
      committed = Math.max(committed, commits.follow(observation)?.position.index ?? 0);
      if (observation.kind === 'restored') {
        committed = Math.max(committed, observation.position.index);
      }
      if (observation.kind !== 'stepped') return;
      const { actor, input, raft } = observation;
      const known = cores.of(actor);
      const { term } = raft.hardState;
      const last = lastIndexOf(raft.log);
      const leads = raft.role.kind === 'leader';
      if (term < known.term) fail(actor, `went from term ${known.term} back to ${term}`);
      if (raft.commit < known.commit) {
        fail(actor, `went from commit ${known.commit} back to ${raft.commit}`);
      }
      if (raft.commit > last) fail(actor, `has commit ${raft.commit} beyond its log of ${last}`);
      if (raft.commit > committed) {
        fail(actor, `has commit ${raft.commit}, but leaders have committed ${committed} only`);
      }
      if (term !== known.term || !leads) known.matches.clear();
      known.term = term;
      known.commit = raft.commit;
      if (raft.role.kind === 'leader') checkMatches(actor, raft, raft.role, input, known.matches);
    };
  },
};

/** The member that the input is about; all of them from time to time. */
function checkMatches(
  actor: Actor,
  raft: Raft,
  { progress }: Leader,
  input: Input,
  matches: Map<MemberId, Index>,
): void {
  const check = (id: MemberId): void => {
    const match = progress.get(id)?.match;
    if (match === undefined) return;
    const before = matches.get(id) ?? 0;
    if (match < before)
      fail(actor, `moved the match of member ${id} from ${before} back to ${match}`);
    const last = lastIndexOf(raft.log);
    if (match > last)
      fail(actor, `has match ${match} of member ${id} beyond its own log of ${last}`);
    matches.set(id, match);
  };
  switch (input.kind) {
    case 'message':
      check(input.message.from);
      return;
    case 'fetched':
    case 'snapshotSent':
      check(input.to);
      return;
    case 'peer':
      check(input.member);
      return;
    case 'persisted':
      check(raft.id);
      return;
    case 'tick':
      for (const id of progress.keys()) check(id);
      return;
    case 'propose':
    case 'read':
    case 'change':
    case 'transfer':
    case 'storageFailed':
    case 'storageSpace':
    case 'installed':
    case 'compact':
      return;
  }
}

function fail({ directory }: Actor, what: string): never {
  throw new Violation(NAME, `${directory} ${what}`, [directory]);
}
