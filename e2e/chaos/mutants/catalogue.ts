/** Bugs that a run must find, to be put into the members while their code is loaded. */
import type { Mutant } from '../../../server/sim/mutants/mutant.ts';

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'no-sync',
    description: 'writes are acknowledged before they are on disk',
    caughtBy: ['what clients saw is linearizable', 'no acknowledged write is lost'],
    edits: [
      {
        file: 'server/storage/level/level.ts',
        find: '{ sync: true }',
        replace: '{ sync: false }',
      },
    ],
  },
  {
    name: 'no-directory-sync',
    description: 'a database that was opened is not in force after a power loss',
    caughtBy: ['no member ended or stopped by itself'],
    edits: [
      {
        file: 'server/storage/level/level.ts',
        find: 'await syncDirectory(path);',
        replace: '',
      },
    ],
  },
];

/** The bug of that name. */
export function mutantOf(name: string): Mutant {
  const found = MUTANTS.find((mutant) => mutant.name === name);
  if (found !== undefined) return found;
  throw new Error(`no such mutant; there are: ${MUTANTS.map((each) => each.name).join(', ')}`);
}
