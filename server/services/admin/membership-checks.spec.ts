import assert from 'node:assert/strict';
import type { NodeStatus } from '../../node/node.ts';
import { toIndex, toMemberId } from '../../raft/ids.ts';
import type { Peer } from './catch-up.ts';
import { problemOf } from './membership-checks.ts';
import type { Situation } from './membership-checks.ts';
import type { Wish } from './wish.ts';

/** Member 1 leads; `sick` is what is wrong with the others, of which 7 is a learner. */
function situation(voters: readonly number[], sick: Record<number, Partial<Peer>>): Situation {
  const peers = [...voters, 7]
    .filter((id) => id !== 1)
    .map((id): Peer => ({
      id: toMemberId(id),
      match: toIndex(10),
      state: 'replicate',
      recent: true,
      regressed: false,
      reports: [],
      ...sick[id],
    }));
  return {
    status: { commit: toIndex(10), peers } as unknown as NodeStatus,
    identity: { cluster: 'cluster', member: toMemberId(1) },
    configuration: {
      members: [...voters, 7].map((id) => ({
        id: toMemberId(id),
        directory: `d${id}`,
        priority: 0,
        standing: id === 7 ? 'learner' : 'voter',
      })),
      outgoing: [],
      nextMemberId: toMemberId(8),
      trust: 'neither',
    },
    announced: () => undefined,
  };
}

const LOST = { recent: false };
const REGRESSED = { regressed: true };
const remove = (member: number): Wish => ({ kind: 'remove', member });
const demote = (member: number): Wish => ({ kind: 'demote', member });
const promote = (member: number): Wish => ({ kind: 'promote', member });

const LOST_TEXT = 'not heard from within an election timeout';

describe('The quorum of healthy voters', () => {
  for (const [what, voters, sick, wishes, problem] of [
    ['lets a healthy one of three go', [1, 2, 3], {}, [remove(3)], undefined],
    ['lets two of three go, all healthy', [1, 2, 3], {}, [remove(2), remove(3)], undefined],
    ['lets the sick one of three go', [1, 2, 3], { 3: LOST }, [remove(3)], undefined],
    [
      'keeps a healthy one beside a sick one',
      [1, 2, 3],
      { 3: LOST },
      [remove(2)],
      `This would cost the quorum: the voters would be 1, 3, of which 2 must be healthy and 1 are. Unhealthy: member 3 (${LOST_TEXT}).`,
    ],
    [
      'lets a healthy one of five go beside a sick one',
      [1, 2, 3, 4, 5],
      { 5: LOST },
      [remove(4)],
      undefined,
    ],
    [
      'keeps a healthy one of five beside two sick ones',
      [1, 2, 3, 4, 5],
      { 4: REGRESSED, 5: LOST },
      [remove(3)],
      `This would cost the quorum: the voters would be 1, 2, 4, 5, of which 3 must be healthy and 2 are. Unhealthy: member 4 (its directory was put back to an older copy), member 5 (${LOST_TEXT}).`,
    ],
    [
      'is needed before a change, too',
      [1, 2, 3],
      { 2: LOST, 3: LOST },
      [remove(2), remove(3)],
      `A change needs a quorum of the present voters 1, 2, 3, of which 2 must be healthy and 1 are. Unhealthy: member 2 (${LOST_TEXT}), member 3 (${LOST_TEXT}).`,
    ],
    [
      'counts a demotion as a loss',
      [1, 2, 3],
      { 3: LOST },
      [demote(2)],
      `This would cost the quorum: the voters would be 1, 3, of which 2 must be healthy and 1 are. Unhealthy: member 3 (${LOST_TEXT}).`,
    ],
    ['counts who is promoted along', [1, 2, 3], { 3: LOST }, [promote(7), remove(3)], undefined],
    [
      'lets a healthy one be replaced beside a sick one',
      [1, 2, 3],
      { 3: LOST },
      [promote(7), remove(2)],
      undefined,
    ],
    [
      'counts a leader that goes no more',
      [1, 2, 3],
      { 3: LOST },
      [remove(1)],
      `This would cost the quorum: the voters would be 2, 3, of which 2 must be healthy and 1 are. Unhealthy: member 3 (${LOST_TEXT}).`,
    ],
    ['does not mind a learner', [1, 2, 3], { 2: LOST, 3: LOST }, [remove(7)], undefined],
    [
      'does not mind an addition',
      [1, 2],
      { 2: LOST },
      [{ kind: 'add', directory: 'new', peerAddress: '' }],
      undefined,
    ],
    [
      'is never that of nobody',
      [1, 2],
      {},
      [remove(1), demote(2)],
      'This would leave no voter of 1, 2: a cluster needs one.',
    ],
  ] as const) {
    it(what, () => assert.equal(problemOf(situation(voters, sick), wishes), problem));
  }

  it('counts a voter of which nothing is known as missing', () => {
    const at = situation([1, 2, 3], {});
    const status = { ...at.status, peers: at.status.peers.filter(({ id }) => id !== 3) };
    assert.match(
      problemOf({ ...at, status }, [remove(2)]) ?? '',
      /Unhealthy: member 3 \(nothing is known of it yet\)\.$/,
    );
  });
});
