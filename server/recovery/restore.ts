import { StorageError } from '../ports/outcome.ts';
import type { LogStore } from '../ports/log-store.ts';
import type { SnapshotSource } from '../ports/snapshot-source.ts';
import type { StagedSnapshot, StatePosition, StateStore } from '../ports/state-store.ts';
import type { StoredLog } from '../ports/log-store.ts';
import { BackupError, readBackup } from '../codec/backup-file.ts';
import type { BackupHeader, BackupPiece } from '../codec/backup-file.ts';
import { newCluster } from './new-cluster.ts';
import type { Survivor } from './new-cluster.ts';
import { finished, settled } from './settled.ts';

/** A data directory, its stores not open yet. */
export interface Stores {
  /** Its UUID. */
  readonly directory: string;
  readonly log: LogStore;
  readonly state: StateStore;
}

export interface RestoreSetup {
  readonly backup: AsyncIterable<Uint8Array>;
  /** An empty directory. */
  readonly into: Stores;
  /** Id of the new cluster. */
  readonly cluster: string;
}

/**
 * Makes an empty data directory the single voter of a new cluster, with the rows of a backup. The
 * voter is a member that the old cluster never had. Who it is gets written last: until then nothing
 * starts on the directory. Closes the stores.
 *
 * @throws BackupError for a backup that is damaged or from a newer release; StorageError, `foreign`
 * for a directory that is not empty. Empty the directory before the next try.
 */
export async function restore({ backup, into, cluster }: RestoreSetup): Promise<Survivor> {
  const { directory, log, state } = into;
  const pieces = readBackup(backup);
  const header = await headerOf(pieces);
  const { position } = header;
  try {
    const { identity, last } = await settled<StoredLog>((done) => log.open(done));
    const { index } = await settled<StatePosition>((done) => state.open(done));
    if (identity !== undefined || last > 0 || index > 0) {
      throw new StorageError(
        'foreign',
        'the data directory is not empty: name another, or empty it',
      );
    }
    const source = sourceOf(header, pieces);
    const staged = await settled<StagedSnapshot>((done) => state.stage(source, done));
    await finished((done) => state.install(staged, done));
    await finished((done) => log.reset(position, done));
    const survivor = { cluster, member: position.configuration.nextMemberId, directory };
    const remains = { last: position, term: position.term, configuration: position.configuration };
    const first = newCluster(remains, survivor, '');
    await finished((done) => log.append(first, done));
    return survivor;
  } finally {
    await finished((done) => state.close(done));
    await finished((done) => log.close(done));
  }
}

async function headerOf(
  pieces: AsyncGenerator<BackupPiece, void, undefined>,
): Promise<BackupHeader> {
  const first = await pieces.next();
  if (first.done === true || first.value.kind !== 'header') throw new BackupError('no header');
  return first.value.header;
}

/** The chunks of a backup, as a snapshot that arrives from a member. */
function sourceOf(
  { position, hash }: BackupHeader,
  pieces: AsyncGenerator<BackupPiece, void, undefined>,
): SnapshotSource {
  const pull = async (): Promise<Uint8Array | undefined> => {
    const next = await pieces.next();
    return next.done !== true && next.value.kind === 'chunk' ? next.value.chunk : undefined;
  };
  return {
    position,
    hash,
    next: (done) => {
      pull().then(
        (value) => done({ ok: true, value }),
        (error: unknown) => done({ ok: false, error: asStorageError(error) }),
      );
    },
    close: () => undefined,
  };
}

const asStorageError = (error: unknown): StorageError =>
  new StorageError('corrupt', error instanceof Error ? error.message : String(error), {
    cause: error,
  });
