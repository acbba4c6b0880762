import type { Index, LogPosition, Term } from '../../raft/ids.ts';
import { termAt } from '../../raft/log/log.ts';
import type { Raft } from '../../raft/raft.ts';
import type { Observation } from '../observation.ts';
import { createLeaderCommits } from '../evidence/leader-commits.ts';
import { Violation, type Property } from './property.ts';

const NAME = 'no acknowledged write is lost';

/** What is known of acknowledged writes, and of who has applied what. */
interface Known {
  /** Operations that write. */
  readonly writes: Set<number>;
  readonly appliedTerms: Map<Index, Term>;
  readonly appliedBy: Map<string, Index>;
  readonly running: Set<string>;
  /** Which operation was acknowledged for which entry. */
  readonly acknowledged: Map<Index, number>;
  /** The last of those entries. */
  last: LogPosition | undefined;
}

/**
 * What a client was told is done stays done: its entry is in what every later leader commits, and
 * in the state of the cluster at the end of a run. No two writes are acknowledged for one entry.
 */
export const acknowledgedWritesKept: Property = {
  name: NAME,
  source: 'Raft paper §8; Jepsen, NATS 2.12.1 (what this must never do)',
  watch() {
    const known: Known = {
      writes: new Set(),
      appliedTerms: new Map(),
      appliedBy: new Map(),
      running: new Set(),
      acknowledged: new Map(),
      last: undefined,
    };
    const commits = createLeaderCommits();
    return (observation) => {
      const commit = commits.follow(observation);
      if (observation.kind === 'stepped') {
        if (commit !== undefined) checkLeader(known, observation.raft, commit.directory);
      } else if (observation.kind === 'finished') {
        if (observation.converged) checkEnd(known);
      } else learn(known, observation);
    };
  },
};

function learn(
  known: Known,
  observation: Exclude<Observation, { kind: 'stepped' | 'finished' }>,
): void {
  switch (observation.kind) {
    case 'applied':
      known.appliedTerms.set(observation.entry.index, observation.entry.term);
      known.appliedBy.set(observation.actor.directory, observation.entry.index);
      return;
    case 'restored':
      known.appliedBy.set(observation.actor.directory, observation.position.index);
      return;
    case 'started':
      known.running.add(observation.actor.directory);
      return;
    case 'stopped':
      known.running.delete(observation.actor.directory);
      return;
    case 'invoked':
      if (observation.operation.kind !== 'get') known.writes.add(observation.id);
      return;
    case 'returned': {
      const { id, outcome } = observation;
      if (outcome.kind === 'ok' && known.writes.has(id)) acknowledge(known, id, outcome.index);
      return;
    }
    case 'durable':
    case 'replaced':
    case 'changeInvoked':
    case 'changeReturned':
    case 'compared':
    case 'rebuilt':
    case 'rotted':
    case 'broker':
    case 'healed':
      return;
  }
}

function acknowledge(known: Known, id: number, index: Index): void {
  const { appliedTerms, acknowledged, last } = known;
  const term = appliedTerms.get(index);
  if (term === undefined) {
    throw new Violation(
      NAME,
      `operation ${id} was acknowledged at index ${index}, which no member has applied`,
    );
  }
  const other = acknowledged.get(index);
  if (other !== undefined) {
    throw new Violation(
      NAME,
      `operations ${other} and ${id} were both acknowledged for entry ${index}`,
    );
  }
  acknowledged.set(index, id);
  if (last === undefined || index > last.index) known.last = { index, term };
}

function checkLeader({ last }: Known, raft: Raft, directory: string): void {
  if (last === undefined || last.index > raft.commit) return;
  const term = termAt(raft.log, last.index);
  if (term === undefined || term === last.term) return;
  throw new Violation(
    NAME,
    `entry ${last.index} of term ${last.term} was acknowledged, but ${directory} committed one of term ${term} there`,
    [directory],
  );
}

function checkEnd({ last, running, appliedBy }: Known): void {
  const applied = [...running].map((directory) => appliedBy.get(directory) ?? 0);
  const end = Math.max(0, ...applied);
  if (last === undefined || end >= last.index) return;
  throw new Violation(
    NAME,
    `entry ${last.index} was acknowledged, but the cluster ended at ${end}`,
  );
}
