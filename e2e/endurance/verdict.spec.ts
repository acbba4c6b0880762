import assert from 'node:assert/strict';
import { countDescriptors, type Life, type Sample } from './lives.ts';
import { judge, slopeOf, tableOf, unjudged, type Bounds } from './verdict.ts';

const MINUTE_MS = 60_000;
const bounds: Bounds = {
  warmUpMs: 2 * MINUTE_MS,
  judgedMsMin: 2 * MINUTE_MS,
  growthMiBPerMinuteMax: 1,
  descriptorsDriftMax: 10,
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
    ...{ atMs: minute * MINUTE_MS, rssAnonMiB: 100, descriptors: 40, handles: 30 },
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

  it('is within bounds while what is open drifts by ten', () => {
    const life = lifeOf(8, (minute) => ({
      ...{ descriptors: minute === 2 ? 40 : 50, handles: minute === 2 ? 30 : 20 },
    }));
    assert.deepEqual(judge(life, bounds).problems, []);
  });

  it('is shown from end to end, with all that is open', () => {
    const life = lifeOf(8, (minute) => ({ descriptors: 40 + minute, handles: 30 }));
    const { head, rows, note } = tableOf([judge(life, bounds)], bounds);
    assert.equal(rows[0]?.[head.indexOf('handles')], '30 → 30');
    assert.equal(rows[0][head.indexOf('fds')], '42 → 48');
    assert.match(note ?? '', /handles and all of \/proc\/PID\/fd ± 10/);
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
      /handles drift by 12\.00, at most 10\.00/,
    ],
    ['loses handles', lifeOf(8, (minute) => ({ handles: 30 - 2 * minute })), /handles drift by 12/],
    [
      'gathers open files',
      lifeOf(8, (minute) => ({ descriptors: 40 + 2 * minute })),
      /descriptors drift by 12\.00, at most 10\.00/,
    ],
    [
      'holds files for a while that it should not',
      lifeOf(8, (minute) => ({ descriptors: minute === 5 ? 51 : 40 })),
      /descriptors drift by 11/,
    ],
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

describe('what is open', () => {
  it('is files and handles, without what was closed in the same moment', () => {
    const targets = [
      ...['socket:[1]', 'pipe:[2]', 'anon_inode:[eventpoll]', '/dev/null'],
      ...['/data/log/000003.log', '/data/log/000001.ldb (deleted)', ''],
    ];
    assert.deepEqual(countDescriptors(targets), { descriptors: 6, handles: 3 });
    assert.deepEqual(countDescriptors([]), { descriptors: 0, handles: 0 });
  });
});
