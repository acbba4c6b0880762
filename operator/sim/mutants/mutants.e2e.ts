import { ok, strictEqual } from 'node:assert/strict';
import { Worker } from 'node:worker_threads';
import { MUTANTS } from './catalogue.ts';
import type { Catch } from './hunter.ts';

/** The seeds of the spec beside: in the code as it is, none of them shows anything. */
const SEEDS = 300;

const hunt = (mutant: string): Promise<Catch | undefined> =>
  new Promise((resolve, reject) => {
    const workerData = { mutant, seeds: SEEDS };
    const worker = new Worker(new URL('./hunter.ts', import.meta.url), { workerData });
    worker.on('message', resolve);
    worker.on('error', reject);
  });

describe('bugs of the planner', () => {
  it('are at least a dozen', () => ok(MUTANTS.length >= 12));

  for (const { name, caughtBy } of MUTANTS) {
    it(`"${name}" is caught`, async () => {
      const caught = await hunt(name);
      ok(caught !== undefined, 'it survived');
      strictEqual(caughtBy.includes(caught.property), true, `by ${caught.property}`);
    }).timeout(120_000);
  }
});
