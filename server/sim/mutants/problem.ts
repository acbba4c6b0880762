import { MUTANTS } from './all.ts';
import type { Trophy } from './hunters.ts';

/** What is wrong with the outcome of a hunt; undefined when it is as it should be. */
export function problemOf({ hunt, bag }: Pick<Trophy, 'hunt' | 'bag'>): string | undefined {
  if ('lost' in bag) return `LOST: ${bag.lost}`;
  const { caught, caughtBy } = bag;
  if (hunt.mutant === undefined) return caught === undefined ? undefined : 'NOT CLEAN';
  if (caught === undefined) return 'SURVIVED';
  const mutant = MUTANTS.find(({ name }) => name === hunt.mutant);
  const surprise = caughtBy.find((property) => mutant?.caughtBy.includes(property) !== true);
  if (surprise !== undefined) return `SURPRISE: caught by "${surprise}"`;
  return 2 * caught.actionsAfter <= caught.actionsBefore ? undefined : 'NOT SHRUNK';
}
