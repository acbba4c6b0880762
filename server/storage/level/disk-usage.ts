import { readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Level } from './level.ts';
import { isStaging } from './state-directories.ts';

/** What a database takes on disk, in bytes. */
export interface DiskUsage {
  /** All of its files, and those of snapshots that come to take its place. */
  readonly total: number;
  /** Of its tables, what holds keys: the rest is write-ahead files, and tables that are replaced. */
  readonly inUse: number;
}

/** Asks a database no more often than this. */
const FRESH_MS = 5_000;
/** Keys of all stores lie between these. */
const [FIRST, LAST] = [Uint8Array.of(), Uint8Array.of(0xff, 0xff)];
const BYTES = { keyEncoding: 'view' } as const;

/**
 * Tells what was found last, and looks again when that is old: nobody who asks waits for a disk.
 * Undefined until the first answer, and without a database.
 */
export function createDiskUsage(nowMs: () => number) {
  let known: { readonly level: Level; readonly usage: DiskUsage } | undefined;
  let askedMs = -Infinity;
  let asking = false;

  async function look(level: Level): Promise<void> {
    try {
      known = { level, usage: await usageOf(level) };
    } catch {
      // It was closed, or its directory is being replaced: the next look tells.
    } finally {
      asking = false;
    }
  }

  return (level: Level | undefined): DiskUsage | undefined => {
    if (level === undefined) return undefined;
    const isOther = known !== undefined && known.level !== level;
    if (!asking && (isOther || nowMs() - askedMs >= FRESH_MS)) {
      askedMs = nowMs();
      asking = true;
      void look(level);
    }
    return isOther ? undefined : known?.usage;
  };
}

async function usageOf(level: Level): Promise<DiskUsage> {
  const root = dirname(level.location);
  const staging = (await readdir(root)).filter(isStaging).map((name) => join(root, name));
  const sizes = [level.location, ...staging].map(sizeOf);
  const inUse = await level.approximateSize(FIRST, LAST, BYTES);
  return { total: sum(await Promise.all(sizes)), inUse };
}

/** LevelDB may have replaced a file since it was named, and a snapshot may be in force, or gone. */
async function sizeOf(directory: string): Promise<number> {
  const names = await readdir(directory).catch(() => []);
  const sizes = names.map(async (name) => {
    const found = await stat(join(directory, name)).catch(() => undefined);
    return found?.size ?? 0;
  });
  return sum(await Promise.all(sizes));
}

const sum = (sizes: readonly number[]): number => sizes.reduce((all, size) => all + size, 0);
