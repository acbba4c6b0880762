/** The program that this code is part of, whether it runs as it is written or bundled. */
import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { dirname } from 'node:path';

const description = findPackageJSON(import.meta.url);
if (description === undefined) {
  throw new Error(`no package.json above ${import.meta.filename}: copy the whole of the program`);
}

/** Under which it keeps the files that it reads. */
export const PROGRAM_ROOT: string = dirname(description);

/** As its package says. */
export const SERVER_VERSION: string = versionIn(description);

function versionIn(path: string): string {
  const { version } = JSON.parse(readFileSync(path, 'utf8')) as { readonly version: string };
  return version;
}
