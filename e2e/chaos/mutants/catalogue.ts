/** Bugs that a run must find, to be put into the members while their code is loaded. */
import type { Mutant } from '../../../server/sim/mutants/mutant.ts';
import type { FaultKind } from '../fault-kind.ts';

export interface ChaosMutant extends Mutant {
  /** The faults that show it. */
  readonly shownBy: FaultKind;
}

export const MUTANTS: readonly ChaosMutant[] = [
  {
    name: 'no-sync',
    description: 'writes are acknowledged before they are on disk',
    shownBy: 'power',
    caughtBy: [
      ...['what clients saw is linearizable', 'no acknowledged write is lost'],
      // Members notice themselves that one has lost what it acknowledged, and may never heal then.
      ...['no member ended or stopped by itself', 'the cluster healed'],
    ],
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
    shownBy: 'power',
    caughtBy: ['no member ended or stopped by itself'],
    edits: [
      {
        file: 'server/storage/level/level.ts',
        find: 'await syncDirectory(path);',
        replace: '',
      },
    ],
  },
  {
    name: 'torn-tail-refused',
    description: 'a record that was being written when the power failed counts as damage',
    shownBy: 'torn',
    caughtBy: ['no member ended or stopped by itself'],
    edits: [
      {
        file: 'server/storage/level/record-file.ts',
        find: 'if (isTorn(bytes, at) && !hasRecordBehind(bytes, at)) return;',
        replace: '',
      },
    ],
  },
];

/** The bug of that name. */
export function mutantOf(name: string): ChaosMutant {
  const found = MUTANTS.find((mutant) => mutant.name === name);
  if (found !== undefined) return found;
  throw new Error(`no such mutant; there are: ${MUTANTS.map((each) => each.name).join(', ')}`);
}
