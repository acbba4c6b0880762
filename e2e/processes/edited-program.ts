/**
 * The program of another release, as far as a few edits make it one: `node --import` this file with
 * the edits in its query, and they are made in the text of modules while they are loaded.
 */
import type { Mutant } from '../../server/sim/mutants/mutant.ts';
import { installMutant } from '../../server/sim/mutants/seam.ts';

const EDITS = new URL(import.meta.url).searchParams.get('edits');
if (EDITS !== null) installMutant(JSON.parse(EDITS) as Mutant);

/** What stands before the program on node's command line. */
export function editedBy(mutant: Pick<Mutant, 'name' | 'edits'>): readonly string[] {
  const url = new URL(import.meta.url);
  url.searchParams.set('edits', JSON.stringify(mutant));
  return ['--import', url.href];
}
