import { deepStrictEqual, strictEqual } from 'node:assert/strict';
import type { Observation } from './observation.ts';
import { pictureOf } from './picture.ts';
import { sameData } from './same-data.ts';
import { CLUSTER_ID, seen } from './testing/seen.ts';
import type { PodWords } from './testing/seen.ts';

const picture = (...pods: readonly PodWords[]): ReturnType<typeof pictureOf> =>
  pictureOf(seen({ pods }));

describe('picture', () => {
  it('takes a directory for lost only when its pod has another one for sure', () => {
    const { members } = picture(
      { id: 1, leads: true },
      { id: 2, empty: true },
      { id: 3, damaged: true },
      { id: 4, silent: true },
      { id: 5, absent: true },
    );
    deepStrictEqual(
      members.map(({ lost }) => lost),
      [false, true, false, false, false],
    );
  });

  it('does not take it for lost while the pod is still opening what it has', () => {
    const observation = seen({
      pods: [
        { id: 1, leads: true },
        { id: 2, empty: true },
      ],
    });
    const pods = observation.pods.map((pod) => ({
      ...pod,
      ...(pod.status && pod.ordinal === 1 && { status: { ...pod.status, phase: 1 as const } }),
    }));
    strictEqual(pictureOf({ ...observation, pods }).members[1]?.lost, false);
  });

  it('takes nobody for healthy whom the leader has not heard from', () => {
    const observation = seen({ pods: [{ id: 1, leads: true }, { id: 2 }] });
    const deaf: Observation = {
      ...observation,
      pods: observation.pods.map((pod) => ({
        ...pod,
        ...(pod.status && {
          status: {
            ...pod.status,
            progress: pod.status.progress.map((each) => ({ ...each, recent: false })),
          },
        }),
      })),
    };
    deepStrictEqual(
      pictureOf(deaf).members.map(({ healthy }) => healthy),
      [true, false],
    );
  });

  it('believes the leader of the higher term', () => {
    const observation = seen({
      pods: [
        { id: 1, leads: true },
        { id: 2, leads: true },
      ],
    });
    const pods = observation.pods.map((pod) => ({
      ...pod,
      ...(pod.status && {
        status: { ...pod.status, leaderId: pod.status.memberId, term: pod.ordinal === 1 ? 9 : 2 },
      }),
    }));
    strictEqual(pictureOf({ ...observation, pods }).leader?.ordinal, 1);
  });

  it('believes no member of another cluster than the one in the status', () => {
    const pods = [{ id: 1, leads: true }] as const;
    strictEqual(pictureOf(seen({ pods, status: { clusterId: 'other' } })).leader, undefined);
    strictEqual(pictureOf(seen({ pods, status: { clusterId: CLUSTER_ID } })).leader?.ordinal, 0);
  });

  it('believes one when it comes of a recovery that was consented to', () => {
    const pods = [{ id: 1, leads: true }] as const;
    const meta = { recovery: { incident: 'i', member: 1 } };
    const status = { clusterId: 'before', incident: { id: 'i', survivors: [] } };
    strictEqual(pictureOf(seen({ pods, meta, status })).leader?.ordinal, 0);
    strictEqual(pictureOf(seen({ pods, status })).leader, undefined);
  });
});

describe('sameData', () => {
  const cases = [
    [{ a: 1, b: [1, { c: 2 }] }, { b: [1, { c: 2 }], a: 1 }, true],
    [{ a: 1 }, { a: 1, b: 2 }, false],
    [{ a: 1, b: undefined }, { a: 1 }, true],
    [[1, 2], [2, 1], false],
    [[], {}, false],
    [{ a: null }, {}, false],
  ] as const;
  for (const [a, b, same] of cases) {
    it(`${JSON.stringify(a)} ${same ? 'is' : 'is not'} ${JSON.stringify(b)}`, () => {
      strictEqual(sameData(a, b), same);
    });
  }
});
