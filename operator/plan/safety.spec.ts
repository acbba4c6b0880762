import { strictEqual } from 'node:assert/strict';
import { promote, remove } from './membership.ts';
import { pictureOf } from './picture.ts';
import { changeMembers, restartPod } from './safety.ts';
import type { Purpose } from './safety.ts';
import { seen } from './testing/seen.ts';
import type { PodWords } from './testing/seen.ts';
import { wipe } from './wipe.ts';

const purpose: Purpose = { reason: 'RollingOut', message: 'it' };
const voters = (count: number, sick: Readonly<Record<number, PodWords>> = {}): PodWords[] =>
  Array.from({ length: count }, (_, at) => ({
    id: at + 1,
    ...(at === 0 && { leads: true as const }),
    ...sick[at + 1],
  }));

/** Why it is refused; `yes` when it is not. */
const restarting = (pods: readonly PodWords[], ordinal: number, joint?: true): string => {
  const observation = seen({ pods, ...(joint && { joint }) });
  const pod = observation.pods.find((each) => each.ordinal === ordinal)!;
  const { kind, message } = restartPod(pictureOf(observation), pod, purpose);
  return kind === 'act' ? 'yes' : message.replace('it: not now, ', '');
};

const removing = (
  pods: readonly PodWords[],
  ids: number[],
  joint?: true,
  comes: number[] = [],
): string => {
  const picture = pictureOf(seen({ pods, ...(joint && { joint }) }));
  const changes = [...comes.map((id) => promote({ id })), ...ids.map((id) => remove({ id }))];
  const { kind, message } = changeMembers(picture, changes, purpose);
  return kind === 'act' ? 'yes' : message.replace('it: not now, ', '');
};

const short = (have: number, needed: number): string =>
  `${have} healthy voters would be there where ${needed} are needed`;
const joint = 'a change of the voters is under way';
const silent = { silent: true } as const;
const ready = { silent: true, ready: true } as unknown as PodWords;

describe('safety', () => {
  const cases: readonly (readonly [name: string, answer: string, expected: string])[] = [
    ['restart one of 3', restarting(voters(3), 2), 'yes'],
    ['restart one of 3, another is away', restarting(voters(3, { 2: silent }), 2), short(1, 2)],
    ['restart one of 4, another is away', restarting(voters(4, { 2: silent }), 3), short(2, 3)],
    ['restart one of 5, another is away', restarting(voters(5, { 2: silent }), 4), 'yes'],
    [
      'restart one of 5, another is behind',
      restarting(voters(5, { 2: { behind: true }, 3: silent }), 4),
      short(2, 3),
    ],
    ['restart the one that is away', restarting(voters(3, { 2: silent }), 1), 'yes'],
    [
      'restart one that is silent and ready',
      restarting(voters(3, { 2: ready, 3: silent }), 1),
      short(1, 2),
    ],
    [
      'restart one whose node is cut off from all but the leader, another is away',
      restarting(voters(3, { 2: { silent: true, heard: true }, 3: silent }), 1),
      short(1, 2),
    ],
    [
      'restart one that nobody can place, and that the leader hears',
      restarting(voters(3, { 2: { silent: true, heard: true, nowhere: true }, 3: silent }), 1),
      short(1, 2),
    ],
    [
      'restart one of 5 whose node is cut off from all but the leader',
      restarting(voters(5, { 2: { silent: true, heard: true } }), 1),
      'yes',
    ],
    [
      'restart one of 2 whose node is cut off from all but the leader',
      restarting(voters(2, { 2: { silent: true, heard: true } }), 1),
      short(1, 2),
    ],
    ['restart one of 2', restarting(voters(2), 1), 'yes'],
    ['restart one of 2, the other is away', restarting(voters(2, { 2: silent }), 0), short(1, 2)],
    ['restart in a joint configuration', restarting(voters(3), 2, true), joint],
    ['remove one of 3', removing(voters(3), [3]), 'yes'],
    ['remove one of 3, another is away', removing(voters(3, { 2: silent }), [3]), short(1, 2)],
    ['remove the one that is away', removing(voters(3, { 3: silent }), [3]), 'yes'],
    ['remove one of 2', removing(voters(2), [2]), 'yes'],
    ['remove the healthy one of 2', removing(voters(2, { 2: silent }), [2]), short(1, 2)],
    ['remove two of 5', removing(voters(5), [4, 5]), 'yes'],
    ['remove two of 5, another is away', removing(voters(5, { 2: silent }), [4, 5]), 'yes'],
    [
      'remove two of 5, two others are away',
      removing(voters(5, { 2: silent, 3: silent }), [4, 5]),
      short(1, 2),
    ],
    ['change in a joint configuration', removing(voters(3), [3], true), joint],
    [
      'promote one that is away',
      removing(
        [...voters(3, { 3: silent }), { id: 4, learner: true, silent: true }],
        [],
        undefined,
        [4],
      ),
      short(2, 3),
    ],
    [
      'change without a leader',
      removing([{ id: 1 }, { id: 2 }, { id: 3 }], [3]),
      'nobody is known to lead',
    ],
  ];
  for (const [name, answer, expected] of cases) {
    it(`${name}: ${expected}`, () => strictEqual(answer, expected));
  }
});

describe('safety, of the gap that a restart makes', () => {
  const saying = (pods: readonly PodWords[], ordinal: number): string => {
    const observation = seen({ pods });
    const pod = observation.pods.find((each) => each.ordinal === ordinal)!;
    return restartPod(pictureOf(observation), pod, purpose).message;
  };
  const gap = 'it; nobody can write until it is back';
  const cases: readonly (readonly [name: string, answer: string, expected: string])[] = [
    ['of the only voter', saying(voters(1), 0), gap],
    ['of one of two', saying(voters(2), 1), gap],
    ['of one of three', saying(voters(3), 1), 'it'],
    ['of one of two that is away', saying(voters(2, { 2: silent }), 1), 'it'],
    [
      'of a learner beside the only voter',
      saying([...voters(1), { id: 2, learner: true }], 1),
      'it',
    ],
  ];
  for (const [name, answer, expected] of cases) {
    it(`says "${expected}" ${name}`, () => strictEqual(answer, expected));
  }
});

describe('safety, of pods on nodes that are cut off', () => {
  /** Why the last one is refused, while the first one answers and nobody else does. */
  const restartingLast = (words: PodWords, leaderId: number): string => {
    const observation = seen({
      pods: [{ id: 1 }, { id: 2, silent: true }, { id: 3, silent: true, ...words }],
    });
    const pods = observation.pods.map((pod) => ({
      ...pod,
      ...(pod.status && { status: { ...pod.status, leaderId } }),
    }));
    const { kind, message } = restartPod(pictureOf({ ...observation, pods }), pods[2]!, purpose);
    return kind === 'act' ? 'yes' : message.replace('it: not now, ', '');
  };
  const unknown = 'nobody is known to lead';

  it('restarts none that kubelet has not found unready', () => {
    strictEqual(restartingLast({ cutOff: true }, 0), unknown);
  });
  it('restarts none while a leader may hear it that is out of reach', () => {
    strictEqual(restartingLast({}, 2), unknown);
  });
  it('restarts one that kubelet found unready while nobody leads', () => {
    strictEqual(restartingLast({}, 0), 'yes');
  });
});

describe('safety, of a pod with a member of another cluster', () => {
  const foreign: PodWords = { foreign: true };
  it('restarts it like one of ours', () => {
    strictEqual(restarting([...voters(3), foreign], 3), 'yes');
  });
  it('restarts it not while nobody leads here: it may be a voter there', () => {
    const observation = seen({ pods: [foreign, foreign], status: { clusterId: 'c1' } });
    const [pod] = observation.pods;
    const { kind, message } = restartPod(pictureOf(observation), pod!, purpose);
    strictEqual(`${kind} ${message}`, 'wait it: not now, nobody is known to lead');
  });
});

describe('wipe', () => {
  const wiping = (pods: readonly PodWords[], ordinal: number): string =>
    wipe(pictureOf(seen({ pods })), ordinal, 'ScalingIn', 'it')?.kind ?? 'no';

  it('deletes what no member belongs to', () => {
    strictEqual(wiping([...voters(3), { removed: true }], 3), 'act');
  });
  it('deletes nothing of a member, also of one that is away', () => {
    strictEqual(wiping(voters(3), 2), 'no');
    strictEqual(wiping(voters(3, { 3: silent }), 2), 'no');
  });
  it('deletes nothing while a member cannot be placed: it may be this one', () => {
    strictEqual(
      wiping([...voters(3), { removed: true }, { id: 5, nowhere: true, absent: true }], 3),
      'no',
    );
  });
  it('deletes nothing while nobody leads', () => {
    strictEqual(wiping([{ id: 1 }, { id: 2 }, { id: 3 }, { removed: true }], 3), 'no');
  });
});
