import assert from 'node:assert/strict';
import { became, refuse, send } from './testing/expected.ts';
import * as subject from './testing/subject.ts';
import { aLeader, aNewLeader } from './testing/subject.ts';
import { at, cluster, configured } from './testing/value.ts';

const becameFollower = became('follower', 2);

describe('leading: heartbeats', () => {
  it('are due at once, then at every interval', () => {
    const leader = aLeader();
    assert.deepEqual(subject.wait(leader, 0), [
      send({ kind: 'heartbeat', to: 2, term: 2, round: 1, commit: at(1, 2) }),
      send({ kind: 'heartbeat', to: 3, term: 2, round: 1, commit: at(1, 2) }),
    ]);
    assert.deepEqual(subject.wait(leader, 99), []);
    assert.deepEqual(subject.wait(leader, 1), [
      send({ kind: 'heartbeat', to: 2, term: 2, round: 2, commit: at(1, 2) }),
      send({ kind: 'heartbeat', to: 3, term: 2, round: 2, commit: at(1, 2) }),
    ]);
  });

  it('go to learners, and to members that are leaving', () => {
    const configuration = cluster({
      voters: [1, 2],
      learners: [4],
      leaving: [3],
      outgoing: [1, 2, 3],
    });
    const log = [configured(1, 1, configuration)];
    const leader = aNewLeader({ configuration: cluster({ learners: [4] }), log });
    assert.deepEqual(subject.wait(leader, 0), [
      send({ kind: 'heartbeat', to: 2, term: 2, round: 1, commit: at(0, 0) }),
      send({ kind: 'heartbeat', to: 3, term: 2, round: 1, commit: at(0, 0) }),
      send({ kind: 'heartbeat', to: 4, term: 2, round: 1, commit: at(0, 0) }),
    ]);
  });

  it('go past a window that is full', () => {
    const leader = aLeader({ options: { inflightMessagesMax: 1 } });
    subject.proposed(leader, 7, 'a');
    subject.proposed(leader, 8, 'b');
    assert.deepEqual(subject.wait(leader, 0), [
      send({ kind: 'heartbeat', to: 2, term: 2, round: 1, commit: at(1, 2) }),
      send({ kind: 'heartbeat', to: 3, term: 2, round: 1, commit: at(1, 2) }),
    ]);
  });
});

describe('leading: check-quorum', () => {
  /** To all other voters: those that still hear this leader would wait for it to fall silent. */
  const resigned = [2, 3].map((to) => send({ kind: 'resigned', to, term: 2 }));

  it('steps down when no quorum was heard for longer than an election timeout', () => {
    const leader = aLeader();
    assert.deepEqual(subject.wait(leader, 1_001), [...resigned, became('follower', 2)]);
  });

  it('leads on as long as a quorum answers', () => {
    const leader = aLeader();
    for (let round = 1; round <= 30; round++) {
      subject.wait(leader, 100);
      subject.answered(leader, 2, round);
    }
    assert.equal(subject.standing(leader).role, 'leader');
  });

  it('a learner’s answers do not count', () => {
    const leader = aLeader({ configuration: cluster({ learners: [4] }) });
    for (let round = 1; round <= 10; round++) {
      subject.wait(leader, 100);
      subject.answered(leader, 4, round);
    }
    assert.deepEqual(subject.wait(leader, 1).at(-1), became('follower', 2));
  });

  it('in a joint configuration both majorities have to be heard', () => {
    const joint = cluster({ voters: [1, 4, 5], leaving: [2, 3], outgoing: [1, 2, 3] });
    const leader = aNewLeader({ log: [configured(1, 1, joint)] });
    for (let round = 1; round <= 10; round++) {
      subject.wait(leader, 100);
      subject.answered(leader, 2, round, { last: 0 });
    }
    assert.deepEqual(subject.wait(leader, 1).at(-1), becameFollower);
  });

  it('the only voter hears itself', () => {
    const leader = aLeader({ configuration: cluster({ voters: [1] }), leader: undefined });
    assert.deepEqual(subject.wait(leader, 100_000), []);
  });

  it('who waits for something is told', () => {
    const leader = aLeader();
    subject.give(leader, { kind: 'read', context: 5 });
    subject.give(leader, { kind: 'transfer', context: 6, to: 3 });
    assert.deepEqual(subject.wait(leader, 1_001), [
      ...resigned,
      refuse('read', 5, { reason: 'notLeader', leader: undefined }),
      became('follower', 2),
    ]);
  });

  it('a new term gives every member an election timeout to be heard', () => {
    const leader = aNewLeader();
    assert.deepEqual(
      subject.wait(leader, 1_000).some((effect) => effect.kind === 'roleChanged'),
      false,
    );
    assert.deepEqual(subject.wait(leader, 1).at(-1), becameFollower);
  });

  it('a leader whose process stood still steps down at its first tick', () => {
    const leader = aLeader();
    subject.wait(leader, 0);
    leader.nowMs += 60_000;
    assert.deepEqual(subject.give(leader, { kind: 'tick' }).at(-1), becameFollower);
  });
});
