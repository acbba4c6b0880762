import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { drawSchedule } from './faults/schedule.ts';
import type { Schedule } from './faults/schedule.ts';
import { NO_TROUBLE } from './operator/trouble.ts';
import { runSchedule, runSeed } from './run/run.ts';
import type { Report } from './run/run.ts';
import { runSeeds } from './run/seeds.ts';
import { stepsOf } from './traces/posture.ts';
import { keptPostures } from './traces/recorded.ts';

const SEEDS = 300;

/** Volumes come to go with the resource, as on the journeys; by these times it is scaled to 5. */
const OWNED_AND_SCALED: Schedule = {
  ...{ seed: 27, replicas: 3, pinned: false, replaceLostVolume: false },
  ...{ trouble: { ...NO_TROUBLE, behind: 5 }, untilMs: 180_000 },
  events: [
    { atMs: 32_000, name: 'own volumes' },
    { atMs: 96_000, name: 'scale' },
  ],
};

describe('the operator, simulated', () => {
  /** What the resource was and became, in any run. */
  const possible = new Set<string>();

  function keep({ seed, violation, history, postures }: Report): void {
    for (const step of stepsOf(postures)) possible.add(step);
    const told = violation && `${violation.property}: ${violation.message}`;
    strictEqual(told, undefined, `seed ${seed}\n${history.slice(-40).join('\n')}`);
  }

  it(`keeps every property over ${SEEDS} seeds`, async () => {
    const reports = await runSeeds(1, SEEDS);
    for (const report of reports) keep(report);
    strictEqual(reports.length, SEEDS);
  }).timeout(900_000);

  it('keeps every property in others, which become what the former do not', async () => {
    for (const schedule of [drawSchedule(322), OWNED_AND_SCALED]) {
      keep(await runSchedule(schedule));
    }
  }).timeout(120_000);

  for (const [journey, postures] of keptPostures()) {
    it(`becomes what a real one became: ${journey}`, () => {
      deepStrictEqual(
        stepsOf(postures).filter((step) => !possible.has(step)),
        [],
      );
    });
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
  }).timeout(120_000);

  it('does the same for the same seed', async () => {
    deepStrictEqual(await runSeed(7), await runSeed(7));
  });
});
