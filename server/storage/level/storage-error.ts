/** The one way from what LevelDB and the file system throw to a `StorageError`. */
import { StorageError } from '../../ports/outcome.ts';
import { Damage, NewerFormat } from './damage.ts';
import { lockedError, lockHolder } from './lock-holder.ts';

const ADVICE =
  'Nothing was changed. Replace this member: remove it from the cluster and let it join again with an empty directory.';

/** What a person can do about a file system that does not do what it is asked. */
const REMEDIES: Readonly<Partial<Record<string, string>>> = {
  EACCES: 'Let the user of this process read and write there.',
  EEXIST: 'A file is in the place of the directory: name another one.',
  ENOTDIR: 'A file is in the place of a directory above it: name another one.',
  EPERM: 'Let the user of this process read and write there.',
  EROFS: 'That file system cannot be written to: mount it so that it can, or name another one.',
};

const DISK_FULL = /no space left on device|disk quota exceeded|ENOSPC|EDQUOT/i;
/** LevelDB has no code of its own for a file that its manifest names and that is not there. */
const FILE_MISSING = /no such file or directory|does not exist/i;

/** Damaged data: what, where, and what a person can do. */
export const corrupt = (where: string, what: string, cause?: unknown): StorageError =>
  new StorageError('corrupt', `${where}: ${what}. ${ADVICE}`, { cause });

/**
 * The operating error behind `error`. Anything else, a broken invariant above all, is thrown again:
 * it must not be taken for a fault of the disk.
 *
 * @param where the file or directory that was worked on.
 */
export function storageErrorOf(error: unknown, where: string): StorageError {
  if (error instanceof StorageError) return error;
  if (error instanceof NewerFormat) {
    const text = `${where}: ${error.message}: start the newer version of the program that wrote it. Nothing was changed.`;
    return new StorageError('foreign', text, { cause: error });
  }
  if (error instanceof Damage) return corrupt(where, error.message, error);
  const root = rootOf(error);
  if (!(root instanceof Error) || !('code' in root || isLevelStatus(root))) throw error;
  const code = 'code' in root ? root.code : undefined;
  const what = root.message;
  if (code === 'LEVEL_LOCKED') return lockedError(where, lockHolder(where), error);
  if (DISK_FULL.test(what)) return new StorageError('full', `${where}: ${what}`, { cause: error });
  if (code === 'LEVEL_CORRUPTION') return corrupt(where, what, error);
  const remedy = REMEDIES[String(code)];
  const text = remedy === undefined ? what : `${what}. ${remedy}`;
  return new StorageError('failed', `${where}: ${text}`, { cause: error });
}

/** As `storageErrorOf`, for opening a database: there, a missing file is damage too. */
export function openErrorOf(error: unknown, where: string): StorageError {
  const found = storageErrorOf(error, where);
  if (found.code !== 'failed' || !FILE_MISSING.test(found.message)) return found;
  return corrupt(where, found.message, error);
}

/** abstract-level wraps what made opening fail. */
function rootOf(error: unknown): unknown {
  let root = error;
  while (root instanceof Error && root.cause instanceof Error) root = root.cause;
  return root;
}

/** A LevelDB status other than corruption and I/O error comes without a code. */
const isLevelStatus = ({ message }: Error): boolean =>
  /^(Invalid argument|Not implemented|IO error): /.test(message);
