import assert from 'node:assert/strict';
import { goOnHunts, type Trophy } from './hunters.ts';

describe('a hunt', () => {
  const hunt = async (mutant: string | undefined): Promise<Trophy['bag']> => {
    const trophies: Trophy[] = [];
    const about = { mutant, base: 1, seeds: 1, shrinkRuns: 1 };
    await goOnHunts([about], 1, 60_000, (trophy) => trophies.push(trophy));
    assert.equal(trophies.length, 1);
    return trophies[0]!.bag;
  };

  it('finds a bug that every run shows', async () => {
    const bag = await hunt('leader counts itself before its own sync');
    assert.ok('caught' in bag, JSON.stringify(bag));
    assert.equal(bag.caught?.property, 'acknowledged is durable');
  });

  it('finds nothing in the code as it is', async () => {
    assert.deepEqual(await hunt(undefined), { seeds: 1, caught: undefined, caughtBy: [] });
  });
}).timeout(60_000);
