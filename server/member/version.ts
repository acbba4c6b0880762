import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The version of the program, as its package says. */
export const SERVER_VERSION: string = readVersion();

function readVersion(): string {
  const path = join(import.meta.dirname, '..', '..', 'package.json');
  const { version } = JSON.parse(readFileSync(path, 'utf8')) as { readonly version: string };
  return version;
}
