import { statfs } from 'node:fs/promises';

/** What is watched, and who is told. */
export interface FreeSpaceSetup {
  /** A path on the disk to watch. */
  readonly path: string;
  readonly freeBytesMin: number;
  readonly intervalMs: number;
  /** Called when free space falls below the mark, and when it is well above it again. */
  readonly changed: (low: boolean) => void;
  readonly failed: (error: unknown) => void;
}

export interface FreeSpace {
  /** As seen last; undefined until the first look. */
  freeBytes(): number | undefined;
  isLow(): boolean;
  stop(): void;
}

/** The alarm ends only this far above the mark, so that it does not flutter around it. */
const CLEAR_FACTOR = 1.1;

/**
 * Whether space is low now. Below the mark it is; between the mark and a tenth more, as before.
 *
 * @param wasLow what was said last.
 */
export function isSpaceLow(freeBytes: number, freeBytesMin: number, wasLow: boolean): boolean {
  return freeBytes < freeBytesMin * (wasLow ? CLEAR_FACTOR : 1);
}

/** Looks at the free space of a disk again and again. */
export function watchFreeSpace(setup: FreeSpaceSetup): FreeSpace {
  const { path, freeBytesMin, intervalMs, changed, failed } = setup;
  let freeBytes: number | undefined;
  let low = false;
  let looking = false;
  let stopped = false;

  async function look(): Promise<void> {
    // A stuck disk may answer late: one question at a time.
    if (looking) return;
    looking = true;
    try {
      const { bavail, bsize } = await statfs(path);
      if (stopped) return;
      freeBytes = bavail * bsize;
      const now = isSpaceLow(freeBytes, freeBytesMin, low);
      if (now !== low) changed(now);
      low = now;
    } catch (error) {
      failed(error);
    } finally {
      looking = false;
    }
  }

  const timer = setInterval(() => void look(), intervalMs);
  void look();
  return {
    freeBytes: () => freeBytes,
    isLow: () => low,
    stop: () => {
      stopped = true;
      clearInterval(timer);
    },
  };
}
