import { ok, strictEqual } from 'node:assert/strict';
import { MUTANTS } from './catalogue.ts';
import { hunt } from './hunt.ts';

/** The seeds of `sim.spec.ts`: in the code as it is, none of them shows anything. */
const SEEDS = 300;

describe('bugs of the planner', () => {
  it('are at least a dozen', () => ok(MUTANTS.length >= 12));

  for (const { name, course, caughtBy } of MUTANTS) {
    it(`"${name}" is caught`, async () => {
      const caught = await hunt({ mutant: name, course, first: 1, last: SEEDS });
      ok(caught !== undefined, 'it survived');
      strictEqual(caughtBy.includes(caught.property), true, `by ${caught.property}`);
    }).timeout(600_000);
  }
});
