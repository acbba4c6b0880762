import assert from 'node:assert/strict';
import type { Configuration } from '../../raft/membership/configuration.ts';
import type { MemberId } from '../../raft/ids.ts';
import { hasQuorum, quorumsOverlap } from './voters.ts';

const configuration = (
  voters: readonly number[],
  outgoing: readonly number[] = [],
  learners: readonly number[] = [],
): Configuration => ({
  members: [...voters, ...learners].map((id) => ({
    id: id as MemberId,
    directory: `d${id}`,
    priority: 0,
    standing: learners.includes(id) ? 'learner' : 'voter',
  })),
  outgoing: outgoing as readonly MemberId[],
  nextMemberId: 99 as MemberId,
  trust: 'neither',
});

describe('voters', () => {
  const quorums: readonly [Configuration, readonly number[], boolean][] = [
    [configuration([1]), [1], true],
    [configuration([1]), [], false],
    [configuration([1, 2, 3]), [1, 3], true],
    [configuration([1, 2, 3]), [3], false],
    [configuration([1, 2, 3, 4]), [1, 2], false],
    [configuration([1, 2, 3], [], [4, 5]), [1, 4, 5], false],
    [configuration([1, 2, 3], [3, 4, 5]), [3, 1, 4], true],
    [configuration([1, 2, 3], [3, 4, 5]), [1, 2, 3], false],
    [configuration([1, 2, 3], [3, 4, 5]), [3, 4, 5], false],
  ];
  for (const [of, members, expected] of quorums) {
    const name = `${JSON.stringify(members)} of ${of.members.length} members, outgoing [${of.outgoing.join()}]`;
    it(`${name}: ${expected ? 'a quorum' : 'none'}`, () => {
      assert.equal(
        hasQuorum(of, (id) => members.includes(id)),
        expected,
      );
    });
  }

  const overlaps: readonly [string, Configuration, Configuration, boolean][] = [
    ['one voter more', configuration([1, 2, 3]), configuration([1, 2, 3, 4]), true],
    ['two voters more', configuration([1, 2, 3]), configuration([1, 2, 3, 4, 5]), false],
    [
      'two more by a joint step',
      configuration([1, 2, 3]),
      configuration([1, 2, 3, 4, 5], [1, 2, 3]),
      true,
    ],
    ['leaving a joint step', configuration([4, 5, 6], [1, 2, 3]), configuration([4, 5, 6]), true],
    [
      'back to the outgoing voters',
      configuration([4, 5, 6], [1, 2, 3]),
      configuration([1, 2, 3]),
      true,
    ],
    ['one voter replaced', configuration([1, 2, 3]), configuration([2, 3, 4]), false],
    ['other learners', configuration([1, 2, 3]), configuration([1, 2, 3], [], [4, 5, 6, 7]), true],
    [
      'seven voters for seven others',
      configuration([1, 2, 3, 4, 5, 6, 7]),
      configuration([8, 9, 10, 11, 12, 13, 14], [1, 2, 3, 4, 5, 6, 7]),
      true,
    ],
  ];
  for (const [name, one, other, expected] of overlaps) {
    it(`${name}: quorums ${expected ? 'overlap' : 'need not overlap'}`, () => {
      assert.equal(quorumsOverlap(one, other), expected);
      assert.equal(quorumsOverlap(other, one), expected);
    });
  }
});
