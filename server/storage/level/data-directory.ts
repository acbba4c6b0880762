/**
 * A data directory:
 *
 *   directory.json   what it is, see `directory-file.ts`
 *   log/             database of the log
 *   state.3/         database of the state; the highest number is in force
 *   staging.4/       snapshot being received; of no use once the process has ended
 */
import { randomUUID } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { StorageError } from '../../ports/outcome.ts';
import type { DirectoryFile } from './directory-file.ts';
import { decodeDirectoryFile, encodeDirectoryFile } from './directory-file.ts';
import { corrupt, storageErrorOf } from './storage-error.ts';

const FILE = 'directory.json';
const LOG = 'log';
const FIRST_STATE = 'state.0';

export interface DataDirectory {
  readonly path: string;
  /** UUID of the directory: who a member is bound to. */
  readonly id: string;
}

export const logPath = ({ path }: DataDirectory): string => join(path, LOG);

/**
 * Makes an empty or missing directory a data directory, or finds what one is. Runs once, at start,
 * hence synchronously. Throws StorageError: `foreign` for what is not ours or newer than we are.
 */
export function claimDataDirectory(path: string): DataDirectory {
  try {
    makeDirectory(path);
    const names = readdirSync(path);
    if (!names.includes(FILE)) claim(path, names);
    const file = decode(path, readFileSync(join(path, FILE), 'utf8'));
    if (file.kind === 'known') return { path, id: file.id };
    throw new StorageError('foreign', `${join(path, FILE)}: ${file.why}. Nothing was changed.`);
  } catch (error) {
    throw storageErrorOf(error, path);
  }
}

/**
 * As mkdir with `recursive`, which never returns where a file system answers ENOENT although the
 * directory above is there: in /proc nothing can be made.
 */
function makeDirectory(path: string): void {
  try {
    mkdirSync(path);
  } catch (error) {
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return;
    const above = dirname(path);
    if (existsSync(above) || above === path)
      throw isMissing(error) ? unmakable(path, error) : error;
    makeDirectory(above);
    makeDirectory(path);
  }
}

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT';

const unmakable = (path: string, cause: unknown): StorageError =>
  new StorageError(
    'failed',
    `${path}: the file system lets no directory be made there: name another one.`,
    { cause },
  );

function decode(path: string, text: string): DirectoryFile {
  try {
    return decodeDirectoryFile(text);
  } catch (error) {
    throw storageErrorOf(error, join(path, FILE));
  }
}

/**
 * Directories first, the file last: once it is there, a missing database is one that was lost, and
 * not one still to be made. Of several processes that try at once, one wins.
 */
function claim(path: string, names: readonly string[]): void {
  checkVacant(path, names);
  for (const name of [LOG, FIRST_STATE]) makeDirectory(join(path, name));
  const draft = join(path, `.${FILE}.${randomUUID()}`);
  try {
    writeFileSync(draft, encodeDirectoryFile(randomUUID()), { flush: true });
    linkSync(draft, join(path, FILE));
  } catch (error) {
    const lost = error instanceof Error && 'code' in error && error.code === 'EEXIST';
    if (!lost) throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  syncDirectorySync(path);
  syncDirectorySync(join(path, '..'));
}

/** What a fresh volume brings along does not count; nor what an interrupted claim left. */
function checkVacant(path: string, names: readonly string[]): void {
  for (const name of names.filter((each) => !each.startsWith('.') && each !== 'lost+found')) {
    if (name !== LOG && name !== FIRST_STATE && !/^(state|staging)\.\d+$/.test(name)) {
      throw new StorageError(
        'foreign',
        `${path}: not empty, and not ours: there is ${name}. Nothing was changed.`,
      );
    }
    const isEmpty = readdirSync(join(path, name)).length === 0;
    if (!isEmpty) throw corrupt(path, `there is data in ${name}, but no ${FILE}`);
  }
}

function syncDirectorySync(path: string): void {
  const handle = openSync(path, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
