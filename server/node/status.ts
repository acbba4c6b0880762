import type { Identity } from '../ports/identity.ts';
import { ORIGIN, advance } from '../raft/ids.ts';
import { baseOf, lastOf } from '../raft/log/log.ts';
import { leaderOf, placedOf, termOf } from '../raft/raft.ts';
import type { Raft } from '../raft/raft.ts';
import type { Progress } from '../raft/replication/progress.ts';
import type { Applier } from './applier.ts';
import type { Compaction } from './compaction.ts';
import type { StateChecks } from './state-checks.ts';
import type { NodePhase, NodeStatus } from './node.ts';

/** A core and how far its member's state has come. */
export interface Standing {
  readonly identity: Identity;
  readonly raft: Raft;
  readonly applier: Pick<Applier, 'durable' | 'position'>;
  readonly checks: Pick<StateChecks, 'damage' | 'of' | 'own'>;
  readonly compaction: Pick<Compaction, 'logBytes'>;
  /** What the clock shows: a core that was not stepped for a while does not know. */
  readonly nowMs: number;
}

/** What to tell of a node without a core. */
export const idleStatus = (
  phase: NodePhase,
  error: Error | undefined,
  misaddressed: number,
): NodeStatus => ({
  phase,
  error,
  identity: undefined,
  role: undefined,
  term: ORIGIN.term,
  leader: undefined,
  commit: ORIGIN.index,
  applied: ORIGIN.index,
  durable: ORIGIN.index,
  stateHash: '',
  reports: [],
  damage: undefined,
  lastLog: ORIGIN.index,
  lastLogTerm: ORIGIN.term,
  firstLog: ORIGIN.index,
  logBytes: 0,
  configuration: undefined,
  configurationIndex: ORIGIN.index,
  misaddressed,
  peers: [],
});

/** What to tell of a node whose core runs, and of its peers while it leads. */
export function runningStatus(
  { identity, raft, applier, checks, compaction, nowMs }: Standing,
  misaddressed: number,
): NodeStatus {
  const placed = placedOf(raft);
  const durable = applier.durable();
  const last = lastOf(raft.log);
  return {
    phase: 'running',
    error: undefined,
    identity,
    role: raft.role.kind,
    term: termOf(raft),
    leader: leaderOf(raft),
    commit: raft.commit,
    applied: applier.position().index,
    durable: durable.index,
    stateHash: durable.hash,
    reports: checks.own(),
    damage: checks.damage(),
    lastLog: last.index,
    lastLogTerm: last.term,
    firstLog: advance(baseOf(raft.log).index),
    logBytes: compaction.logBytes(),
    configuration: placed.configuration,
    configurationIndex: placed.index,
    misaddressed,
    peers: peersOf(raft, checks, nowMs),
  };
}

function peersOf(raft: Raft, checks: Standing['checks'], nowMs: number): NodeStatus['peers'] {
  if (raft.role.kind !== 'leader') return [];
  return [...raft.role.progress]
    .filter(([id]) => id !== raft.id)
    .map(([id, progress]) => {
      const { match, state, regressed } = progress;
      const recent = isRecent(raft, progress, nowMs);
      return { id, match, state, recent, regressed, reports: checks.of(id) };
    });
}

/** A leader begins by giving every member the time of an election to answer in: that is no answer. */
function isRecent(raft: Raft, { match, round, heardMs }: Progress, nowMs: number): boolean {
  const answered = round > 0 || match > 0;
  return answered && nowMs - heardMs <= raft.options.electionTimeoutMs;
}
