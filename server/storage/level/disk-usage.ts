import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Level } from './level.ts';

/** What a database takes on disk, in bytes. */
export interface DiskUsage {
  /** All of its files. */
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
  const names = await readdir(level.location);
  const sizes = names.map(async (name) => {
    // LevelDB may have replaced it since.
    const found = await stat(join(level.location, name)).catch(() => undefined);
    return found?.size ?? 0;
  });
  const inUse = await level.approximateSize(FIRST, LAST, BYTES);
  return { total: (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0), inUse };
}
