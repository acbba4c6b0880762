import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { COURSES, drawCourse } from './faults/courses.ts';
import { drawSchedule } from './faults/schedule.ts';
import type { Schedule } from './faults/schedule.ts';
import { NO_TROUBLE } from './operator/trouble.ts';
import { runSchedule, runSeed } from './run/run.ts';
import { runSchedules, runSeeds } from './run/seeds.ts';
import { stepsOf } from './traces/posture.ts';
import { keptPostures } from './traces/recorded.ts';
import { USUAL_PROMPTNESS } from './world.ts';

const SEEDS = 300;
const COURSE_SEEDS = 20;

/** Volumes come to go with the resource, as on the journeys; by these times it is scaled to 5. */
const OWNED_AND_SCALED: Schedule = {
  ...{
    seed: 27,
    replicas: 3,
    pinned: false,
    promptness: USUAL_PROMPTNESS,
    replaceLostVolume: false,
  },
  ...{ trouble: { ...NO_TROUBLE, behind: 5 }, untilMs: 180_000 },
  events: [
    { atMs: 32_000, name: 'own volumes' },
    { atMs: 96_000, name: 'scale' },
  ],
};

const COURSE_NAMES = Object.keys(COURSES) as (keyof typeof COURSES)[];

/** Runs what is to be run once, whoever asks for it first. */
function once<Result>(run: () => Promise<Result>): () => Promise<Result> {
  let result: Promise<Result> | undefined;
  return () => (result ??= run());
}

const courseOf = (name: keyof typeof COURSES): readonly Schedule[] =>
  Array.from({ length: COURSE_SEEDS }, (_, at) => drawCourse(name, at + 1));

/** Runs by what they are about. */
const RUNS = [
  [`over ${SEEDS} seeds`, once(() => runSeeds(1, SEEDS))],
  [
    'in others, which become what the former do not',
    once(() =>
      runSchedules([drawSchedule(322), drawCourse('a scale taken back', 38), OWNED_AND_SCALED]),
    ),
  ],
  ...COURSE_NAMES.map(
    (name) => [`on a course: ${name}`, once(() => runSchedules(courseOf(name)))] as const,
  ),
] as const;

/** What the resource was and became, in any run. */
const possible = once(async () => {
  const reports = await Promise.all(RUNS.map(([, run]) => run()));
  return new Set(reports.flat().flatMap(({ postures }) => stepsOf(postures)));
});

describe('the operator, simulated', () => {
  for (const [what, run] of RUNS) {
    it(`keeps every property ${what}`, async () => {
      for (const { seed, violation, history } of await run()) {
        const told = violation && `${violation.property}: ${violation.message}`;
        strictEqual(told, undefined, `seed ${seed}\n${history.slice(-40).join('\n')}`);
      }
    }).timeout(900_000);
  }

  // Each step in some run: of a journey as a whole, no run is asked for.
  for (const [journey, postures] of keptPostures()) {
    it(`becomes what a real one became, step by step: ${journey}`, async () => {
      const steps = await possible();
      deepStrictEqual(
        stepsOf(postures).filter((step) => !steps.has(step)),
        [],
      );
    }).timeout(900_000);
  }

  it('recovers while most nodes are away, and what comes back with them serves nobody', async () => {
    const { violation, history } = await runSchedule({
      ...{
        seed: 1,
        replicas: 3,
        pinned: true,
        promptness: USUAL_PROMPTNESS,
        replaceLostVolume: false,
      },
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
