import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Configuration, Standing } from './configuration.ts';
import { EMPTY_CONFIGURATION } from './configuration.ts';
import type { MemberId } from '../ids.ts';
import { toMemberId } from '../ids.ts';
import { majority, quorumFloor, tally } from './quorum.ts';

describe('quorum', () => {
  it('majority is more than half', () => {
    assert.deepEqual([0, 1, 2, 3, 4, 5, 6, 7].map(majority), [1, 1, 2, 2, 3, 3, 4, 4]);
  });

  describe('quorumFloor: what a quorum has reached', () => {
    const cases: readonly [string, Configuration, readonly number[], number][] = [
      ['nobody decides', EMPTY_CONFIGURATION, [], -Infinity],
      ['one voter decides alone', voters([1]), [9], 9],
      ['two voters must agree', voters([1, 2]), [9, 4], 4],
      ['the middle of three', voters([1, 2, 3]), [9, 4, 7], 7],
      ['the lower middle of four', voters([1, 2, 3, 4]), [9, 4, 7, 5], 5],
      ['the middle of seven', voters([1, 2, 3, 4, 5, 6, 7]), [3, 1, 7, 2, 6, 5, 4], 4],
      ['nothing yet', voters([1, 2, 3]), [9, -Infinity, -Infinity], -Infinity],
      ['ties', voters([1, 2, 3]), [5, 5, 5], 5],
      ['learners do not count', voters([1, 2, 3], [], [4, 5]), [1, 2, 3, 9, 9], 2],
      ['joint: incoming is behind', voters([3, 4, 5], [1, 2, 3]), [9, 9, 9, 4, 4], 4],
      ['joint: outgoing is behind', voters([3, 4, 5], [1, 2, 3]), [4, 4, 9, 9, 9], 4],
      ['joint: a demoted voter still counts', voters([2], [1, 2], [1]), [3, 8], 3],
    ];
    for (const [name, configuration, values, expected] of cases) {
      it(name, () => {
        assert.equal(
          quorumFloor(configuration, (id) => values[id - 1] ?? NaN),
          expected,
        );
      });
    }

    it('refuses NaN', () => {
      assert.throws(() => quorumFloor(voters([1, 2]), () => NaN), /a voter is a number/);
    });

    it('is the best that any quorum has, for all voters, learners and values', () => {
      fc.assert(
        fc.property(configurations, valuesOfMembers, (configuration, values) => {
          const valueOf = (id: MemberId): number => values[id - 1]!;
          const best = quorumsOf(configuration).map((quorum) => Math.min(...quorum.map(valueOf)));
          assert.equal(quorumFloor(configuration, valueOf), Math.max(-Infinity, ...best));
        }),
      );
    });
  });

  describe('tally: how a vote stands', () => {
    const cases: readonly [string, Configuration, number[], number[], string][] = [
      ['nobody can win where nobody votes', EMPTY_CONFIGURATION, [], [], 'lost'],
      ['no answer yet', voters([1, 2, 3]), [], [], 'open'],
      ['one grant of three', voters([1, 2, 3]), [1], [], 'open'],
      ['two grants of three', voters([1, 2, 3]), [1, 2], [], 'won'],
      ['one grant, one refusal of three', voters([1, 2, 3]), [1], [2], 'open'],
      ['two refusals of three', voters([1, 2, 3]), [1], [2, 3], 'lost'],
      [
        'half of four cannot win against the other half',
        voters([1, 2, 3, 4]),
        [1, 2],
        [3, 4],
        'lost',
      ],
      ['learners have no vote', voters([1, 2, 3], [], [4, 5]), [1, 4, 5], [], 'open'],
      ['strangers have no vote', voters([1, 2, 3]), [1, 8, 9], [6, 7], 'open'],
      ['a grant outlives a refusal', voters([1, 2, 3]), [1, 2], [2, 3], 'won'],
      ['joint: incoming alone does not win', voters([3, 4, 5], [1, 2, 3]), [4, 5], [], 'open'],
      ['joint: outgoing alone does not win', voters([3, 4, 5], [1, 2, 3]), [1, 2], [], 'open'],
      ['joint: both win', voters([3, 4, 5], [1, 2, 3]), [1, 3, 5], [], 'won'],
      ['joint: incoming loses', voters([3, 4, 5], [1, 2, 3]), [1, 2, 3], [4, 5], 'lost'],
      ['joint: outgoing loses', voters([3, 4, 5], [1, 2, 3]), [3, 4, 5], [1, 2], 'lost'],
    ];
    for (const [name, configuration, grants, refusals, expected] of cases) {
      it(name, () => {
        assert.equal(tally(configuration, idSet(grants), idSet(refusals)), expected);
      });
    }

    it('is won with the grants of a quorum, lost when none is left, else open', () => {
      fc.assert(
        fc.property(configurations, someIds, someIds, (configuration, granted, refused) => {
          const grants = idSet(granted);
          const hopes = idSet(allIds.filter((id) => granted.includes(id) || !refused.includes(id)));
          const quorums = quorumsOf(configuration);
          const within = (ids: ReadonlySet<MemberId>): boolean =>
            quorums.some((quorum) => quorum.every((id) => ids.has(id)));
          assert.equal(
            tally(configuration, grants, idSet(refused)),
            within(grants) ? 'won' : within(hopes) ? 'open' : 'lost',
          );
        }),
      );
    });

    it('agrees with quorumFloor on what a quorum is', () => {
      fc.assert(
        fc.property(configurations, someIds, (configuration, granted) => {
          const grants = idSet(granted);
          const floor = quorumFloor(configuration, (id) => (grants.has(id) ? 1 : 0));
          assert.equal(tally(configuration, grants, new Set()) === 'won', floor === 1);
        }),
      );
    });

    it('two votes of one configuration are never both won by different members', () => {
      fc.assert(
        fc.property(configurations, someIds, (configuration, granted) => {
          const others = allIds.filter((id) => !granted.includes(id));
          const outcomes = [granted, others].map((ids) =>
            tally(configuration, idSet(ids), new Set()),
          );
          assert.notDeepEqual(outcomes, ['won', 'won']);
        }),
      );
    });
  });
});

const allIds = [1, 2, 3, 4, 5, 6, 7, 8, 9];
const someIds = fc.subarray(allIds);
const configurations = fc
  .tuple(fc.subarray(allIds, { maxLength: 7 }), fc.subarray(allIds, { maxLength: 7 }), someIds)
  .map(([incoming, outgoing, learners]) => voters(incoming, outgoing, learners));
const valuesOfMembers = fc.array(fc.oneof(fc.integer({ min: 0, max: 5 }), fc.constant(-Infinity)), {
  minLength: allIds.length,
  maxLength: allIds.length,
});

/** A configuration of these members; incoming ones vote, whatever else they are. */
function voters(
  incoming: readonly number[],
  outgoing: readonly number[] = [],
  learners: readonly number[] = [],
): Configuration {
  const standingOf = (id: number): Standing =>
    incoming.includes(id) ? 'voter' : learners.includes(id) ? 'learner' : 'leaving';
  const ids = [...new Set([...incoming, ...outgoing, ...learners])].sort((a, b) => a - b);
  return {
    members: ids.map((id) => ({
      id: toMemberId(id),
      directory: `d${id}`,
      priority: 0,
      standing: standingOf(id),
    })),
    outgoing: outgoing.map(toMemberId),
    nextMemberId: toMemberId(10),
    trust: 'neither',
  };
}

/** The model: every set of voters that is more than half of the incoming and of any outgoing ones. */
function quorumsOf({ members, outgoing }: Configuration): readonly (readonly MemberId[])[] {
  const incoming = members.filter(({ standing }) => standing === 'voter').map(({ id }) => id);
  const everyone = [...new Set([...incoming, ...outgoing])];
  const subsets = Array.from({ length: 2 ** everyone.length }, (_, bits) =>
    everyone.filter((_id, at) => (bits >> at) % 2 === 1),
  );
  const hasMost = (subset: readonly MemberId[], of: readonly MemberId[]): boolean =>
    subset.filter((id) => of.includes(id)).length * 2 > of.length;
  return subsets.filter(
    (subset) => hasMost(subset, incoming) && (outgoing.length === 0 || hasMost(subset, outgoing)),
  );
}

const idSet = (ids: readonly number[]): ReadonlySet<MemberId> => new Set(ids.map(toMemberId));
