import assert from 'node:assert/strict';
import type { Bag } from './hunt.ts';
import type { Trophy } from './hunters.ts';
import { problemOf } from './problem.ts';

const MUTANT = 'change applied twice';
const EXPECTED = 'changes are compare-and-swap';

const bag = (actionsBefore: number, actionsAfter: number, ...caughtBy: string[]): Bag => {
  const property = caughtBy[0] ?? '';
  const caught = { seed: 1, property, message: '', actionsBefore, actionsAfter };
  return { seeds: 1, caught: caughtBy.length === 0 ? undefined : caught, caughtBy };
};

const NOTHING = bag(0, 0);

describe('The outcome of a hunt', () => {
  for (const [what, mutant, found, problem] of [
    ['for a bug that is caught', MUTANT, bag(4, 2, EXPECTED), undefined],
    ['without any action', MUTANT, bag(0, 0, EXPECTED), undefined],
    ['for the code as it is', undefined, NOTHING, undefined],
    ['for a bug in the code as it is', undefined, bag(4, 2, EXPECTED), 'NOT CLEAN'],
    ['for a bug that nobody sees', MUTANT, NOTHING, 'SURVIVED'],
    ['of more than half the actions', MUTANT, bag(5, 3, EXPECTED), 'NOT SHRUNK'],
    [
      'by another property',
      MUTANT,
      bag(4, 2, 'log matching'),
      'SURPRISE: caught by "log matching"',
    ],
    ['by another one later', MUTANT, bag(4, 2, EXPECTED, 'x'), 'SURPRISE: caught by "x"'],
    ['for a hunter that is gone', MUTANT, { lost: 'exit code 1' }, 'LOST: exit code 1'],
  ] as const satisfies readonly (readonly [string, string | undefined, Trophy['bag'], unknown])[]) {
    it(`is ${problem === undefined ? 'good' : 'a problem'} ${what}`, () => {
      const hunt = { mutant, base: 1, seeds: 1, shrinkRuns: 1 };
      assert.equal(problemOf({ hunt, bag: found }), problem);
    });
  }
});
