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

  describe('of a cluster whose quorum was lost', () => {
    const status = {
      clusterId: 'before',
      members: [1, 2].map((id) => ({
        id,
        directory: `directory-${id}`,
        standing: 'Voter' as const,
      })),
    };
    /** The first one has begun a cluster, the second one is as it was, and ahead. */
    const among = (first: PodWords, second: PodWords): Observation => {
      const observation = seen({ pods: [first, second], status });
      const pods = observation.pods.map((pod) => {
        if (pod.status?.configuration === undefined || pod.ordinal === 0) return pod;
        const configuration = { ...pod.status.configuration, index: 99 };
        return { ...pod, status: { ...pod.status, clusterId: 'before', configuration } };
      });
      return { ...observation, pods };
    };

    it('believes a member that was told to go on, before it leads', () => {
      strictEqual(pictureOf(among({ id: 1 }, { id: 2 })).configuration?.index, 40);
      strictEqual(pictureOf(among({ id: 1, leads: true }, { id: 2 })).leader?.ordinal, 0);
    });

    it('believes it not while somebody leads as before', () => {
      strictEqual(pictureOf(among({ id: 1 }, { id: 2, leads: true })).leader?.ordinal, 1);
    });

    it('believes nobody else', () => {
      strictEqual(pictureOf(among({ foreign: true }, { id: 2 })).leader, undefined);
      const strange = { ...status, members: [{ ...status.members[0]!, directory: 'copy' }] };
      const pods = [{ id: 1, leads: true }] as const;
      strictEqual(pictureOf(seen({ pods, status: strange })).leader, undefined);
    });
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
