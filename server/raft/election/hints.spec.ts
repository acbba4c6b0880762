import assert from 'node:assert/strict';
import { became, message, persist, send } from '../testing/expected.ts';
import * as subject from '../testing/subject.ts';
import { aCandidate, aFollower, aPreCandidate } from '../testing/subject.ts';
import { at, cluster } from '../testing/value.ts';

describe('hints about the leader’s process', () => {
  const gone = { kind: 'peer', member: 2, reachable: false } as const;
  const back = { kind: 'peer', member: 2, reachable: true } as const;

  it('a lost connection lets it campaign after a short pause', () => {
    const follower = aFollower();
    assert.deepEqual(subject.give(follower, gone), []);
    assert.deepEqual(subject.wait(follower, 50).at(-1), became('preCandidate', 1));
  });

  it('and lets it grant pre-votes and votes', () => {
    const follower = aFollower();
    subject.give(follower, gone);
    assert.deepEqual(
      subject.receive(follower, { kind: 'preVote', from: 3, term: 2, last: at(0, 0) }),
      [send({ kind: 'preVoteReply', to: 3, term: 2, granted: true })],
    );
    assert.deepEqual(
      subject.receive(follower, {
        kind: 'vote',
        from: 3,
        term: 2,
        last: at(0, 0),
        transfer: false,
      }),
      [
        persist(1, 2, at(0, 0), {
          hardState: { term: 2, vote: 3 },
          thenSend: [message({ kind: 'voteReply', to: 3, term: 2, granted: true })],
        }),
        became('follower', 2),
      ],
    );
  });

  it('a campaign begun on it is tried again soon', () => {
    const follower = aFollower();
    subject.give(follower, gone);
    subject.wait(follower, 50);
    assert.deepEqual(subject.wait(follower, 400), [
      send({ kind: 'preVote', to: 2, term: 2, last: at(0, 0) }),
      send({ kind: 'preVote', to: 3, term: 2, last: at(0, 0) }),
    ]);
  });

  it('a heartbeat, or the process itself, ends the doubt', () => {
    for (const end of [
      (of: subject.Subject) => subject.hearFrom(of, 2),
      (of: subject.Subject) => subject.give(of, back),
    ]) {
      const follower = aFollower();
      subject.give(follower, gone);
      end(follower);
      assert.deepEqual(subject.wait(follower, 900), []);
    }
  });

  it('is not believed under leases, nor under neither', () => {
    for (const trust of ['lease', 'neither'] as const) {
      const follower = aFollower({ configuration: cluster({ trust }) });
      assert.deepEqual(subject.give(follower, gone), []);
      assert.deepEqual(subject.wait(follower, 900), []);
      assert.deepEqual(
        subject.receive(follower, { kind: 'preVote', from: 3, term: 2, last: at(0, 0) }),
        [send({ kind: 'preVoteReply', to: 3, term: 1, granted: false })],
      );
    }
  });

  it('about another member means nothing', () => {
    const follower = aFollower();
    assert.deepEqual(subject.give(follower, { ...gone, member: 3 }), []);
    assert.deepEqual(subject.wait(follower, 900), []);
  });

  it('means nothing to a candidate', () => {
    assert.deepEqual(subject.give(aCandidate(), gone), []);
    assert.deepEqual(subject.give(aCandidate(), back), []);
  });
});

describe('a leader that resigned', () => {
  const resigned = { kind: 'resigned', from: 2, term: 1 } as const;
  const ask = { kind: 'preVote', from: 3, term: 2, last: at(0, 0) } as const;
  const granted = send({ kind: 'preVoteReply', to: 3, term: 2, granted: true });

  for (const trust of ['earlyCampaign', 'neither'] as const) {
    it(`is not waited for, and not upheld, under trust ${trust}`, () => {
      const follower = aFollower({ configuration: cluster({ trust }) });
      subject.hearFrom(follower, 2);
      assert.deepEqual(subject.receive(follower, resigned), [became('follower', 1)]);
      assert.deepEqual(subject.receive(follower, ask), [granted]);
      assert.deepEqual(subject.wait(follower, 50).at(-1), became('preCandidate', 1));
    });
  }

  it('is upheld for as long as was promised under a lease', () => {
    const follower = aFollower({ configuration: cluster({ trust: 'lease' }) });
    subject.hearFrom(follower, 2);
    assert.deepEqual(subject.receive(follower, resigned), [became('follower', 1)]);
    assert.deepEqual(subject.receive(follower, ask), [
      send({ kind: 'preVoteReply', to: 3, term: 1, granted: false }),
    ]);
    assert.deepEqual(subject.wait(follower, 999), []);
    assert.deepEqual(subject.wait(follower, 51).at(-1), became('preCandidate', 1));
  });

  it('is followed again by who hears later what it had said before', () => {
    const follower = aFollower();
    subject.receive(follower, resigned);
    assert.deepEqual(subject.hearFrom(follower, 2).at(-1), became('follower', 1, 2));
    assert.deepEqual(subject.wait(follower, 999), []);
  });

  it('means nothing to who follows nobody, and to candidates', () => {
    const follower = aFollower({ leader: undefined });
    const before = { ...follower.raft.role };
    assert.deepEqual(subject.receive(follower, resigned), []);
    assert.deepEqual(follower.raft.role, before);
    assert.deepEqual(subject.receive(aPreCandidate(), resigned), []);
    assert.deepEqual(subject.receive(aCandidate(), { ...resigned, term: 2 }), []);
  });
});
