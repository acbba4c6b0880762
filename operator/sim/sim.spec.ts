import { deepStrictEqual, strictEqual } from 'node:assert/strict';
import { runSeed } from './run/run.ts';

const SEEDS = 300;
const CHUNK = 50;

describe('the operator, simulated', () => {
  for (let first = 1; first <= SEEDS; first += CHUNK) {
    it(`keeps every property in seeds ${first} to ${first + CHUNK - 1}`, async () => {
      for (let seed = first; seed < first + CHUNK; seed += 1) {
        const { violation, history } = await runSeed(seed);
        const told = violation && `${violation.property}: ${violation.message}`;
        strictEqual(told, undefined, `seed ${seed}\n${history.slice(-40).join('\n')}`);
      }
    }).timeout(120_000);
  }

  it('does the same for the same seed', async () => {
    deepStrictEqual(await runSeed(7), await runSeed(7));
  });
});
