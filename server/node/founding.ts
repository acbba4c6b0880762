import type { Identity } from '../ports/identity.ts';
import type { LogBatch } from '../ports/log-store.ts';
import { encodeConfiguration } from '../raft/membership/configuration-codec.ts';
import { EMPTY_CONFIGURATION } from '../raft/membership/configuration.ts';
import { entryBytes } from '../raft/entry.ts';
import type { Entry } from '../raft/entry.ts';
import type { HardState } from '../raft/hard-state.ts';
import { ORIGIN, toIndex, toMemberId, toTerm } from '../raft/ids.ts';
import type { SnapshotPosition } from '../raft/snapshot-position.ts';
import type { Opened } from './opening.ts';

/** The state of a member before the first entry. */
const UNBORN: SnapshotPosition = {
  ...ORIGIN,
  configuration: EMPTY_CONFIGURATION,
  configurationIndex: ORIGIN.index,
};

/** The first write of a member, and what it has on disk after it. */
export interface FirstWrite {
  readonly batch: LogBatch;
  readonly opened: Opened & { readonly identity: Identity };
}

/**
 * Founds a cluster: entry 1 makes this directory its only voter, member 1; commands that the cluster
 * begins with follow. Everything is one batch, so a crash leaves a cluster or none.
 */
export function foundCluster(
  cluster: string,
  directory: string,
  commands: readonly Uint8Array[],
): FirstWrite {
  const member = toMemberId(1);
  const term = toTerm(1);
  const entry: Entry = {
    index: toIndex(1),
    term,
    kind: 'configuration',
    data: encodeConfiguration({
      members: [{ id: member, directory, priority: 0, standing: 'voter' }],
      outgoing: [],
      nextMemberId: toMemberId(2),
      trust: 'earlyCampaign',
    }),
  };
  const begun = commands.map((data, at): Entry => ({
    index: toIndex(2 + at),
    term,
    kind: 'command',
    data,
  }));
  return firstWrite({ cluster, member }, { term, vote: undefined }, [entry, ...begun]);
}

/** Becomes a member that a cluster has made of this directory; the rest comes from its leader. */
export const adoptIdentity = (identity: Identity): FirstWrite =>
  firstWrite(identity, undefined, []);

function firstWrite(
  identity: Identity,
  hardState: HardState | undefined,
  entries: readonly Entry[],
): FirstWrite {
  return {
    batch: hardState === undefined ? { identity, entries } : { identity, hardState, entries },
    opened: {
      identity,
      hardState: hardState ?? { term: ORIGIN.term, vote: undefined },
      log: {
        base: ORIGIN,
        terms: entries.slice(0, 1).map(({ index, term }) => ({ first: index, term })),
        last: entries.at(-1)?.index ?? ORIGIN.index,
      },
      logBytes: entries.reduce((sum, entry) => sum + entryBytes(entry), 0),
      logMarks: [],
      state: UNBORN,
      entries,
    },
  };
}
