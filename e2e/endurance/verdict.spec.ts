import assert from 'node:assert/strict';
import type { Life, Sample } from './lives.ts';
import { judge, slopeOf, unjudged, type Bounds } from './verdict.ts';

const MINUTE_MS = 60_000;
const bounds: Bounds = {
  warmUpMs: 2 * MINUTE_MS,
  judgedMsMin: 2 * MINUTE_MS,
  growthMiBPerMinuteMax: 1,
  handlesDriftMax: 10,
  logMiBMax: 72,
  logDiskMiBMax: 136,
};

/** A process with a sample for each minute. */
const lifeOf = (minutes: number, sample: (minute: number) => Partial<Sample>): Life => ({
  member: 1,
  pid: 7,
  leads: false,
  beganMs: 0,
  samples: Array.from({ length: minutes + 1 }, (_, minute) => ({
    ...{ atMs: minute * MINUTE_MS, rssAnonMiB: 100, handles: 30, files: 10 },
    ...{ logMiB: 60, logDiskMiB: 90 },
    ...sample(minute),
  })),
});

describe('the endurance of a process', () => {
  it('is told by the line that fits best', () => {
    assert.equal(
      slopeOf([
        [0, 1],
        [1, 3],
        [2, 5],
      ]),
      2,
    );
    assert(Number.isNaN(slopeOf([[1, 1]])));
  });

  it('is within bounds when it grows in its warm-up only', () => {
    const found = judge(
      lifeOf(8, (minute) => ({ rssAnonMiB: 100 + 50 * Math.min(2, minute) })),
      bounds,
    );
    assert.deepEqual([found.growthMiBPerMinute, found.judged.length, found.problems], [0, 7, []]);
  });

  const CASES: readonly (readonly [what: string, life: Life, says: RegExp])[] = [
    [
      'grows',
      lifeOf(8, (minute) => ({ rssAnonMiB: 100 + 1.5 * minute })),
      /RssAnon grows by MiB\/min 1\.50, at most 1\.00/,
    ],
    [
      'gathers handles',
      lifeOf(8, (minute) => ({ handles: 30 + 2 * minute })),
      /handles drift by 12/,
    ],
    ['loses handles', lifeOf(8, (minute) => ({ handles: 30 - 2 * minute })), /handles drift by 12/],
    [
      'keeps too much of its log, be it in its warm-up',
      lifeOf(8, (minute) => ({ logMiB: minute === 1 ? 80 : NaN })),
      /MiB of entries in the log 80/,
    ],
    [
      'does not give files back',
      lifeOf(8, () => ({ logDiskMiB: 200 })),
      /MiB of files of the log 200/,
    ],
  ];
  for (const [what, life, says] of CASES) {
    it(`is not when it ${what}`, () => {
      const { problems } = judge(life, bounds);
      assert.equal(problems.length, 1);
      assert.match(problems[0] ?? '', says);
    });
  }

  it('has no slope when it did not live long enough', () => {
    const found = judge(
      lifeOf(3, (minute) => ({ rssAnonMiB: 100 * minute })),
      bounds,
    );
    assert(Number.isNaN(found.growthMiBPerMinute));
    assert.deepEqual(found.problems, []);
  });

  it('is unknown of a member while none of its processes has a slope', () => {
    const [long, short] = [lifeOf(8, () => ({})), lifeOf(3, () => ({}))];
    const verdicts = [long, short, { ...short, member: 2 }].map((life) => judge(life, bounds));
    assert.deepEqual(unjudged(verdicts), [
      'member 2: no process of it lived long enough in one role to be judged',
    ]);
  });
});
