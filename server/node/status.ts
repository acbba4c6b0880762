import type { Identity } from '../ports/identity.ts';
import { ORIGIN, advance } from '../raft/ids.ts';
import { baseOf, lastIndexOf } from '../raft/log/log.ts';
import { leaderOf, placedOf, termOf } from '../raft/raft.ts';
import type { Raft } from '../raft/raft.ts';
import type { NodePhase, NodeStatus } from './node.ts';

/** A core and how far its member's state has come. */
export interface Standing {
  readonly identity: Identity;
  readonly raft: Raft;
  readonly applied: NodeStatus['applied'];
  readonly durable: NodeStatus['durable'];
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
  lastLog: ORIGIN.index,
  firstLog: ORIGIN.index,
  configuration: undefined,
  configurationIndex: ORIGIN.index,
  misaddressed,
  peers: [],
});

export function runningStatus(
  { identity, raft, applied, durable }: Standing,
  misaddressed: number,
): NodeStatus {
  const placed = placedOf(raft);
  return {
    phase: 'running',
    error: undefined,
    identity,
    role: raft.role.kind,
    term: termOf(raft),
    leader: leaderOf(raft),
    commit: raft.commit,
    applied,
    durable,
    lastLog: lastIndexOf(raft.log),
    firstLog: advance(baseOf(raft.log).index),
    configuration: placed.configuration,
    configurationIndex: placed.index,
    misaddressed,
    peers: peersOf(raft),
  };
}

function peersOf(raft: Raft): NodeStatus['peers'] {
  if (raft.role.kind !== 'leader') return [];
  return [...raft.role.progress]
    .filter(([id]) => id !== raft.id)
    .map(([id, { match, state, regressed }]) => ({ id, match, state, regressed }));
}
