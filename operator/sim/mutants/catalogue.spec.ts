import { ok } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesOf, mutate } from '../../../server/sim/mutants/mutate.ts';
import { ROOT } from '../../../server/sim/mutants/seam.ts';
import { MUTANTS } from './catalogue.ts';

describe('bugs of the planner', () => {
  it('are at least a dozen', () => ok(MUTANTS.length >= 12));

  for (const mutant of MUTANTS) {
    it(`"${mutant.name}" finds its place`, () => {
      for (const file of filesOf(mutant)) {
        mutate(mutant, file, readFileSync(join(ROOT, file), 'utf8'));
      }
    });
  }
});
