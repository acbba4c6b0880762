import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { NO_TROUBLE } from './operator/trouble.ts';
import { runSchedule, runSeed } from './run/run.ts';

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

  it('recovers while most nodes are away, and what comes back with them serves nobody', async () => {
    const { violation, history } = await runSchedule({
      ...{ seed: 1, replicas: 3, pinned: true, replaceLostVolume: false },
      ...{ trouble: NO_TROUBLE, untilMs: 240_000 },
      events: [
        { atMs: 60_000, name: 'nodes are gone' },
        { atMs: 120_000, name: 'a person consents' },
        { atMs: 180_000, name: 'nodes come back' },
      ],
    });
    strictEqual(violation, undefined, history.join('\n'));
    const told = history.map((line) => line.trim().replace(/^[0-9.]+s /, ''));
    const steps = [
      /^node-[0-9], node-[0-9] are gone$/,
      /^delete PersistentVolumeClaim /,
      /^delete PersistentVolumeClaim /,
      /^recover directory-/,
      /^all nodes are there$/,
      /^all is well$/,
    ];
    let at = 0;
    for (const step of steps) {
      const next = told.findIndex((line, index) => index >= at && step.test(line));
      ok(next >= 0, `${String(step)} in its turn\n${history.join('\n')}`);
      at = next + 1;
    }
  }).timeout(30_000);

  it('does the same for the same seed', async () => {
    deepStrictEqual(await runSeed(7), await runSeed(7));
  });
});
