import { deepStrictEqual } from 'node:assert/strict';
import { MUTANTS } from './catalogue.ts';
import { hunt } from './hunt.ts';

/** Those that show soon, by the seed that shows them first; `npm run sim:operator:mutants` looks for all. */
describe('bugs of the planner, by one seed each', () => {
  for (const { name, course, seed, caughtBy } of MUTANTS) {
    if (seed === undefined) continue;
    it(`"${name}" is caught by seed ${seed}`, async () => {
      const caught = await hunt({ mutant: name, course, first: seed, last: seed });
      deepStrictEqual([caught?.seed, caughtBy.includes(caught?.property ?? '')], [seed, true]);
    }).timeout(60_000);
  }
});
