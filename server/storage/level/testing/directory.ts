/** A data directory of one test, through its crashes. */
import { cpSync, mkdtempSync, readdirSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LogStore } from '../../../ports/log-store.ts';
import type { Outcome } from '../../../ports/outcome.ts';
import type { StateStore } from '../../../ports/state-store.ts';
import { createLevelStorage } from '../level-storage.ts';
import type { Storage, StorageOptions } from '../level-storage.ts';

/** Small, so that a test sees files change and snapshots of many chunks. */
export const SMALL: StorageOptions = {
  log: { cacheBytes: 64 << 10, writeBufferBytes: 64 << 10 },
  state: {
    rowCacheBytes: 8 << 10,
    warmPrefixes: ['late', 'key'],
    cacheBytes: 64 << 10,
    writeBufferBytes: 64 << 10,
    chunkBytesMax: 4 << 10,
  },
};

export interface TestDirectory {
  /** Where it is now. */
  path(): string;
  /** Stores on it. */
  storage(): Storage;
  /** Goes on with a copy of the files as a killed process would leave them. */
  crash(): void;
  /** As `crash`, once all writes have ended, without the last bytes of the newest write-ahead files. */
  tear(): Promise<void>;
  dispose(): Promise<void>;
}

export function createTestDirectory(): TestDirectory {
  const root = mkdtempSync(join(tmpdir(), 'meta-'));
  const stores: (LogStore | StateStore)[] = [];
  let lives = 0;
  const path = (): string => join(root, `life-${lives}`);
  const closeAll = async (): Promise<void> => {
    for (const store of stores) {
      await new Promise<Outcome<void>>((resolve) => store.close(resolve));
    }
  };
  const crash = (): void => {
    const before = path();
    lives += 1;
    cpSync(before, path(), { recursive: true });
  };
  return {
    path,
    storage: () => {
      const storage = createLevelStorage(path(), SMALL);
      stores.push(storage.log, storage.state);
      return storage;
    },
    crash,
    tear: async () => {
      await closeAll();
      crash();
      for (const entry of readdirSync(path(), { withFileTypes: true })) {
        if (entry.isDirectory()) tearIn(join(path(), entry.name));
      }
    },
    dispose: async () => {
      await closeAll();
      rmSync(root, { recursive: true });
    },
  };
}

/** Fewer than the data of any batch. */
const TORN_BYTES = 5;

/** Cuts the newest write-ahead file short: its last record is torn. */
function tearIn(path: string): void {
  const files = readdirSync(path).filter((name) => name.endsWith('.log'));
  const newest = files.sort().at(-1);
  if (newest === undefined) return;
  const file = join(path, newest);
  truncateSync(file, Math.max(0, statSync(file).size - TORN_BYTES));
}
