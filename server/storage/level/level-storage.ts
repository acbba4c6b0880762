/** The storage of one member, on disk: a data directory with its two stores. */
import type { LogStore } from '../../ports/log-store.ts';
import type { StateStore } from '../../ports/state-store.ts';
import { ROWS_READ_FIRST } from '../../state/row-keys.ts';
import { claimDataDirectory, logPath } from './data-directory.ts';
import type { LevelOptions } from './level.ts';
import { createLevelLogStore } from './log-store.ts';
import { createLevelStateStore } from './state-store.ts';
import type { StateSizes, StateStoreOptions } from './state-store.ts';

export interface StorageOptions {
  readonly log: LevelOptions;
  readonly state: StateStoreOptions;
}

const MIB = 1 << 20;

/**
 * Log: entries are read in order, past the cache; a larger write buffer would make opening slower.
 * State: what is read often stays in memory, 16 MiB as rows and 16 MiB as blocks; a flush of 4 MiB fits in a buffer.
 * Chunks: what a transport may hold twice without notice.
 */
const DEFAULT_STORAGE_OPTIONS: StorageOptions = {
  log: { cacheBytes: MIB, writeBufferBytes: 8 * MIB },
  state: {
    rowCacheBytes: 16 * MIB,
    warmPrefixes: ROWS_READ_FIRST,
    cacheBytes: 16 * MIB,
    writeBufferBytes: 8 * MIB,
    chunkBytesMax: MIB,
  },
};

export interface Storage {
  /** UUID of the data directory. */
  readonly directory: string;
  readonly log: LogStore;
  readonly state: StateStore & StateSizes;
}

/**
 * Claims the data directory `path`, see `data-directory.ts`; opens nothing. Open the log first: its
 * lock keeps other processes out of the whole directory. Throws StorageError.
 */
export function createLevelStorage(
  path: string,
  options: StorageOptions = DEFAULT_STORAGE_OPTIONS,
): Storage {
  const directory = claimDataDirectory(path);
  return {
    directory: directory.id,
    log: createLevelLogStore(logPath(directory), options.log),
    state: createLevelStateStore(path, options.state),
  };
}
