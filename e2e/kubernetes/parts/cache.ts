/** Where what took minutes to build is kept: for all working copies of a user, and the next ones. */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const root = (): string =>
  join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'robustmq-meta');

/** What nobody has asked for this long is removed. */
const KEPT_MS = 30 * 86_400_000;

/**
 * A directory for what is made of `files` and `words` in the way of `name`: another one whenever
 * one of them is another. It exists, and may be empty.
 */
export function cacheDirectory(
  name: string,
  files: readonly string[],
  words: readonly string[] = [],
): string {
  const hash = createHash('sha256');
  for (const file of files) hash.update(readFileSync(file)).update('\0');
  for (const word of words) hash.update(word).update('\0');
  const directory = join(root(), `${name}-${hash.digest('hex').slice(0, 16)}`);
  mkdirSync(directory, { recursive: true });
  const now = Date.now();
  utimesSync(directory, now / 1000, now / 1000);
  for (const each of readdirSync(root()).map((entry) => join(root(), entry))) {
    if (now - statSync(each).mtimeMs > KEPT_MS) rmSync(each, { recursive: true, force: true });
  }
  return directory;
}
