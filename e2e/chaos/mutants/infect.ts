/** A member's command with a bug in it: the module beside this is loaded before the program. */
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import type { Command } from '../../processes/workspace.ts';

const LOADER = pathToFileURL(join(import.meta.dirname, 'loader.ts')).href;

/** @param mutant a name of the catalogue. */
export const infect =
  (mutant: string) =>
  ({ bin, args }: Command): Command => ({
    bin,
    args: ['--import', `${LOADER}?${mutant}`, ...args],
  });
