/** Which process has a database open. LevelDB itself only says that somebody has. */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { StorageError } from '../../ports/outcome.ts';

/** LevelDB locks it for as long as it is open. */
const LOCK = 'LOCK';

/** A line of `/proc/locks`: `1: POSIX  ADVISORY  WRITE 4711 fe:00:1234 0 EOF`. */
const HELD = /^\d+: \S+ +\S+ +WRITE (\d+) ([0-9a-f]+):([0-9a-f]+):(\d+) /;

/**
 * The process that has the database in the directory `path` open; undefined: none but this one, or
 * the system does not tell. 0: one that this process cannot see, as in another container.
 */
export function lockHolder(path: string): number | undefined {
  try {
    const { dev, ino } = statSync(join(path, LOCK));
    for (const line of readFileSync('/proc/locks', 'utf8').split('\n')) {
      const [, pid, major, minor, inode] = HELD.exec(line) ?? [];
      const isHere =
        Number(inode) === ino &&
        deviceOf(Number(`0x${major ?? ''}`), Number(`0x${minor ?? ''}`)) === dev;
      if (isHere && Number(pid) !== process.pid) return Number(pid);
    }
  } catch {
    // Nothing is there to be locked, or this is no Linux.
  }
  return undefined;
}

/** As Linux puts both parts of a device's number into one. */
const deviceOf = (major: number, minor: number): number =>
  (major & 0xfff) * 0x100 + (minor & 0xff) + (minor >> 8) * 0x100000;

/** The error for a database that `holder` has open, if that is known. */
export function lockedError(
  path: string,
  holder: number | undefined,
  cause?: unknown,
): StorageError {
  const who = holder === undefined || holder === 0 ? 'another process' : `process ${holder}`;
  const text = `${path}: ${who} has this data directory open, and it can serve one at a time: end that process, or give this one a directory of its own. Nothing was changed.`;
  return new StorageError('locked', text, { cause });
}
