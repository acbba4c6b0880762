import { openStores } from '../node/opening.ts';
import type { Opened } from '../node/opening.ts';
import { StorageError } from '../ports/outcome.ts';
import type { LogPosition, MemberId, Term } from '../raft/ids.ts';
import { decodeConfiguration } from '../raft/membership/configuration-codec.ts';
import type { Configuration } from '../raft/membership/configuration.ts';
import { newCluster } from './new-cluster.ts';
import type { Survivor } from './new-cluster.ts';
import type { Stores } from './restore.ts';
import { finished, settled } from './settled.ts';

/** What a directory could be recovered to. */
export interface Holdings {
  readonly cluster: string;
  readonly member: MemberId;
  readonly directory: string;
  readonly term: Term;
  /** Where its log ends: the member with the highest is the one to recover (dissertation §3.6.1). */
  readonly last: LogPosition;
  /** How much of that was applied and on disk. */
  readonly applied: LogPosition;
  readonly configuration: Configuration;
}

/** Says what a data directory holds; changes nothing but what any start would. Closes the stores. */
export async function examine(stores: Stores): Promise<Holdings> {
  try {
    return holdingsOf(stores, await open(stores));
  } finally {
    await close(stores);
  }
}

/**
 * Makes a member, with all that its directory holds, the single voter of a new cluster. What no
 * other member has is kept, what only others have is lost. Closes the stores.
 *
 * @param cluster id of the new cluster.
 * @param incident as the operator names it; may be empty.
 * @param chosen what `examine` said when this directory was chosen: if anything has happened since, nothing is done.
 * @throws StorageError; `foreign` when the directory is not what was chosen.
 */
export async function recover(
  stores: Stores,
  chosen: Pick<Holdings, 'member' | 'last'>,
  cluster: string,
  incident: string,
): Promise<Survivor> {
  try {
    const { member, directory, last, term, configuration } = holdingsOf(stores, await open(stores));
    if (
      member !== chosen.member ||
      last.index !== chosen.last.index ||
      last.term !== chosen.last.term
    ) {
      throw new StorageError(
        'foreign',
        `this is member ${member}, its log ends at ${last.index} of term ${last.term}; chosen was member ${chosen.member} at ${chosen.last.index} of term ${chosen.last.term}. Nothing was changed: look again.`,
      );
    }
    const survivor = { cluster, member, directory };
    const first = newCluster({ last, term, configuration }, survivor, incident);
    await finished((done) => stores.log.append(first, done));
    return survivor;
  } finally {
    await close(stores);
  }
}

const open = ({ log, state }: Stores): Promise<Opened> =>
  settled<Opened>((done) => openStores(log, state, done));

async function close({ log, state }: Stores): Promise<void> {
  await finished((done) => state.close(done));
  await finished((done) => log.close(done));
}

function holdingsOf({ directory }: Stores, opened: Opened): Holdings {
  const { identity, hardState, state, entries, log } = opened;
  if (identity === undefined) {
    throw new StorageError('foreign', 'the data directory is empty: there is nothing to recover');
  }
  const newest = entries.findLast(({ kind }) => kind === 'configuration');
  return {
    cluster: identity.cluster,
    member: identity.member,
    directory,
    term: hardState.term,
    last: { index: log.last, term: entries.at(-1)?.term ?? state.term },
    applied: { index: state.index, term: state.term },
    configuration: newest === undefined ? state.configuration : decodeConfiguration(newest.data),
  };
}
