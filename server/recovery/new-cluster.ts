import type { LogBatch } from '../ports/log-store.ts';
import type { Entry } from '../raft/entry.ts';
import { advance, toMemberId, toTerm } from '../raft/ids.ts';
import type { LogPosition, MemberId, Term } from '../raft/ids.ts';
import { encodeCommand } from '../state/command-codec.ts';
import { EPOCH_RAISE } from '../state/epochs.ts';
import { encodeConfiguration } from '../raft/membership/configuration-codec.ts';
import type { Configuration } from '../raft/membership/configuration.ts';

/** The remains that a new cluster is made of. */
export interface Remains {
  /** Where the log ends, or the snapshot stands. */
  readonly last: LogPosition;
  /** The highest term that the directory has seen. */
  readonly term: Term;
  /** The last one, committed or not. */
  readonly configuration: Configuration;
}

/** Who the one voter of the new cluster is. */
export interface Survivor {
  /** Id of the new cluster: whoever belongs to the old one is refused by it. */
  readonly cluster: string;
  readonly member: MemberId;
  readonly directory: string;
}

/**
 * What makes a directory the single voter of a new cluster that goes on where the old one ended:
 * one synced batch, so that a crash leaves the old cluster or the new one. Everything the directory
 * holds counts as committed: with the quorum lost, nobody can tell otherwise any more.
 *
 * Its first command raises all epochs: those of the last moments of the old cluster may be lost, and
 * must not look newer than what follows.
 *
 * @param incident as the operator names it; may be empty.
 */
export function newCluster(
  { last, term, configuration }: Remains,
  { cluster, member, directory }: Survivor,
  incident: string,
): LogBatch {
  const next = toTerm(term + 1);
  const sole: Configuration = {
    members: [{ id: member, directory, priority: 0, standing: 'voter' }],
    outgoing: [],
    // Ids are never used again, those of the old cluster neither.
    nextMemberId: toMemberId(Math.max(configuration.nextMemberId, member + 1)),
    trust: configuration.trust,
  };
  const first = advance(last.index);
  const entries: Entry[] = [
    { index: first, term: next, kind: 'configuration', data: encodeConfiguration(sole) },
    { index: advance(first), term: next, kind: 'command', data: raiseEpochs(cluster, incident) },
  ];
  return { identity: { cluster, member }, hardState: { term: next, vote: undefined }, entries };
}

/** It does not depend on time, and so tells none. */
const raiseEpochs = (cluster: string, incident: string): Uint8Array =>
  encodeCommand({ kind: 'raiseEpochs', timeMs: 0, by: EPOCH_RAISE, cluster, incident });
