/**
 * The program with other text in it: another release as far as a few edits make it one, or one with
 * a bug. `node --import` this file with the edits in its query, and they are made in the text of
 * modules while they are loaded.
 */
import type { Mutant } from '../../server/sim/mutants/mutant.ts';
import { installMutant } from '../../server/sim/mutants/seam.ts';
import type { Command } from './workspace.ts';

const EDITS = new URL(import.meta.url).searchParams.get('edits');
if (EDITS !== null) installMutant(JSON.parse(EDITS) as Mutant);

/** A command of node's, with the edits made in the program that it runs. */
export function editedBy(mutant: Pick<Mutant, 'name' | 'edits'>): (command: Command) => Command {
  const url = new URL(import.meta.url);
  url.searchParams.set('edits', JSON.stringify(mutant));
  return ({ bin, args }) => ({ bin, args: ['--import', url.href, ...args] });
}
