import { deepStrictEqual } from 'node:assert/strict';
import type { Progress, Status } from '../../proto/gen/robustmq/admin/v1/admin.ts';
import { PROGRESS_STATE } from '../plan/words.ts';
import { seen } from '../plan/testing/seen.ts';
import { noteProgress } from './learner-progress.ts';
import type { LearnerProgress } from './learner-progress.ts';

const LEARNER = 'directory-2';
const { pods } = seen({
  pods: [
    { id: 1, leads: true },
    { id: 2, learner: true, behind: true },
  ],
});

/** What the leader says at one look; undefined: nobody leads. */
interface Look {
  readonly term?: number;
  readonly progress?: Partial<Progress>;
  readonly bytes?: number;
}

function leaderOf({ term = 1, progress = {} }: Look): Status | undefined {
  const leader = pods[0]?.status;
  return (
    leader && {
      ...leader,
      term,
      progress: [
        {
          ...{ memberId: 2, matchIndex: 5, state: PROGRESS_STATE.REPLICATE },
          ...{ recent: true, caughtUp: false, regressed: false, ...progress },
        },
      ],
    }
  );
}

/** Looks, one second after the other; for how many seconds the learner has received nothing then. */
function idleSecondsAfter(looks: readonly (Look | undefined)[]): number | undefined {
  let progress: LearnerProgress = new Map();
  looks.forEach((look, second) => {
    progress = noteProgress(progress, look && leaderOf(look), () => look?.bytes, second);
  });
  const since = progress.get(LEARNER)?.sinceMs;
  return since === undefined ? undefined : looks.length - 1 - since;
}

const snapshot = (bytes?: number): Look => ({
  progress: { state: PROGRESS_STATE.SNAPSHOT },
  ...(bytes !== undefined && { bytes }),
});

describe('what a learner has received', () => {
  const cases: readonly [what: string, looks: readonly (Look | undefined)[], idle: unknown][] = [
    ['nothing, from look to look', [{}, {}, {}], 2],
    ['an entry', [{}, {}, { progress: { matchIndex: 6 } }], 0],
    [
      'less than before, as a leader says that knows nothing yet',
      [{}, { progress: { matchIndex: 0 } }, {}],
      2,
    ],
    ['all that there is', [{ progress: { caughtUp: true } }, { progress: { caughtUp: true } }], 0],
    ['nothing of the next leader yet', [{}, {}, { term: 2 }], 0],
    ['nothing while nobody led', [{}, undefined, {}], 0],
    ['more of a snapshot', [snapshot(1), snapshot(2), snapshot(3)], 0],
    ['no more of a snapshot', [snapshot(1), snapshot(3), snapshot(3), snapshot(3)], 2],
    ['a snapshot of which its process says nothing', [snapshot(1), snapshot(), snapshot()], 2],
  ];
  for (const [what, looks, idle] of cases) {
    it(what, () => deepStrictEqual(idleSecondsAfter(looks), idle));
  }

  it('is nothing to know while nobody leads', () => {
    deepStrictEqual(idleSecondsAfter([{}, undefined]), undefined);
  });
});
