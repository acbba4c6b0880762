import assert from 'node:assert/strict';
import { became, commit, persist, refuse, send } from '../testing/expected.ts';
import * as subject from '../testing/subject.ts';
import { aCandidate, aFollower, aLeader, aNewLeader, aPreCandidate } from '../testing/subject.ts';
import { at, cluster, command, noop } from '../testing/value.ts';

const read = (context: number) => ({ kind: 'read', context }) as const;
const asked = { kind: 'readRequest', from: 3, term: 2, context: 5 } as const;

describe('reads: read index', () => {
  it('a round of heartbeats is begun for it', () => {
    assert.deepEqual(subject.give(aLeader(), read(5)), [
      send({ kind: 'heartbeat', to: 2, term: 2, round: 1, commit: at(1, 2) }),
      send({ kind: 'heartbeat', to: 3, term: 2, round: 1, commit: at(1, 2) }),
    ]);
  });

  it('is ready once a quorum has answered that round', () => {
    const leader = aLeader();
    subject.give(leader, read(5));
    assert.deepEqual(subject.answered(leader, 2, 1), [{ kind: 'readReady', context: 5, index: 1 }]);
    assert.deepEqual(subject.answered(leader, 3, 1), []);
  });

  it('a round begun before it proves nothing', () => {
    const leader = aLeader();
    subject.wait(leader, 0);
    assert.deepEqual(subject.give(leader, read(5)), []);
    assert.deepEqual(subject.answered(leader, 2, 1), [
      send({ kind: 'heartbeat', to: 2, term: 2, round: 2, commit: at(1, 2) }),
      send({ kind: 'heartbeat', to: 3, term: 2, round: 2, commit: at(1, 2) }),
    ]);
    assert.deepEqual(subject.answered(leader, 2, 2), [{ kind: 'readReady', context: 5, index: 1 }]);
  });

  it('those that come while a round is under way share the next one', () => {
    const leader = aLeader();
    subject.give(leader, read(5));
    assert.deepEqual(subject.give(leader, read(6)), []);
    assert.deepEqual(subject.give(leader, read(7)), []);
    assert.deepEqual(subject.answered(leader, 2, 1), [
      { kind: 'readReady', context: 5, index: 1 },
      send({ kind: 'heartbeat', to: 2, term: 2, round: 2, commit: at(1, 2) }),
      send({ kind: 'heartbeat', to: 3, term: 2, round: 2, commit: at(1, 2) }),
    ]);
    assert.deepEqual(subject.answered(leader, 3, 2), [
      { kind: 'readReady', context: 6, index: 1 },
      { kind: 'readReady', context: 7, index: 1 },
    ]);
  });

  it('an answer that comes late proves nothing', () => {
    const leader = aLeader();
    subject.wait(leader, 0);
    subject.answered(leader, 2, 1);
    subject.give(leader, read(5));
    assert.deepEqual(subject.answered(leader, 2, 1), []);
  });

  it('the answer of a learner proves nothing', () => {
    const leader = aLeader({ configuration: cluster({ learners: [4] }) });
    subject.give(leader, read(5));
    assert.deepEqual(subject.answered(leader, 4, 1), []);
  });

  it('in a joint configuration both majorities have to answer', () => {
    const leader = aLeader({ configuration: cluster({ learners: [4, 5] }) });
    const changes = [
      { kind: 'remove', id: 2 },
      { kind: 'remove', id: 3 },
      { kind: 'promote', id: 4 },
      { kind: 'promote', id: 5 },
    ] as const;
    subject.give(leader, { kind: 'change', context: 1, expected: 0, changes });
    subject.give(leader, read(5));
    const readies = (round: number, from: number) =>
      subject.answered(leader, from, round).filter((effect) => effect.kind === 'readReady');
    assert.deepEqual(readies(1, 2), []);
    assert.deepEqual(readies(1, 3), []);
    assert.deepEqual(readies(1, 4), [{ kind: 'readReady', context: 5, index: 1 }]);
  });

  it('the only voter has confirmed itself', () => {
    const leader = aLeader({ configuration: cluster({ voters: [1] }), leader: undefined });
    assert.deepEqual(subject.give(leader, read(5)), [{ kind: 'readReady', context: 5, index: 1 }]);
  });

  it('waits until the term has committed something', () => {
    const leader = aNewLeader();
    assert.deepEqual(subject.give(leader, read(5)), []);
    subject.persisted(leader);
    assert.deepEqual(subject.accepted(leader, 2), [
      send({ kind: 'heartbeat', to: 2, term: 2, round: 1, commit: at(1, 2) }),
      send({ kind: 'heartbeat', to: 3, term: 2, round: 1, commit: at(0, 0) }),
      commit(noop(1, 2)),
    ]);
    assert.deepEqual(subject.answered(leader, 2, 1), [{ kind: 'readReady', context: 5, index: 1 }]);
  });

  it('is served from what was committed when it came, not later', () => {
    const leader = aLeader();
    subject.give(leader, read(5));
    subject.proposed(leader, 7, 'a');
    subject.persisted(leader);
    subject.accepted(leader, 2);
    assert.deepEqual(subject.answered(leader, 2, 1), [{ kind: 'readReady', context: 5, index: 1 }]);
  });

  it('is asked again with the next tick’s round if answers are lost', () => {
    const leader = aLeader();
    subject.give(leader, read(5));
    assert.deepEqual(subject.wait(leader, 100), [
      send({ kind: 'heartbeat', to: 2, term: 2, round: 2, commit: at(1, 2) }),
      send({ kind: 'heartbeat', to: 3, term: 2, round: 2, commit: at(1, 2) }),
    ]);
    assert.deepEqual(subject.answered(leader, 2, 2), [{ kind: 'readReady', context: 5, index: 1 }]);
  });

  it('too many that wait are refused', () => {
    const leader = aLeader({ options: { pendingReadsMax: 1 } });
    subject.give(leader, read(5));
    assert.deepEqual(subject.give(leader, read(6)), [
      refuse('read', 6, { reason: 'readsFull', readsMax: 1 }),
    ]);
    assert.deepEqual(subject.receive(leader, asked), []);
  });

  it('a leader that steps down refuses those that wait', () => {
    const leader = aLeader();
    subject.give(leader, read(5));
    subject.receive(leader, asked);
    assert.deepEqual(
      subject.receive(leader, { kind: 'voteReply', from: 2, term: 3, granted: false }),
      [
        persist(3, 3, at(1, 2), { hardState: { term: 3, vote: undefined } }),
        refuse('read', 5, { reason: 'notLeader', leader: undefined }),
        became('follower', 3),
      ],
    );
  });
});

describe('reads: on behalf of followers', () => {
  it('a follower asks its leader', () => {
    assert.deepEqual(subject.give(aFollower(), read(5)), [
      send({ kind: 'readRequest', to: 2, term: 1, context: 5 }),
    ]);
  });

  it('without a leader it refuses', () => {
    assert.deepEqual(subject.give(aFollower({ leader: undefined }), read(5)), [
      refuse('read', 5, { reason: 'notLeader', leader: undefined }),
    ]);
    assert.deepEqual(subject.give(aPreCandidate(), read(5)), [
      refuse('read', 5, { reason: 'notLeader', leader: undefined }),
    ]);
    assert.deepEqual(subject.give(aCandidate(), read(5)), [
      refuse('read', 5, { reason: 'notLeader', leader: undefined }),
    ]);
  });

  it('the leader answers once it is sure', () => {
    const leader = aLeader();
    assert.deepEqual(subject.receive(leader, asked), [
      send({ kind: 'heartbeat', to: 2, term: 2, round: 1, commit: at(1, 2) }),
      send({ kind: 'heartbeat', to: 3, term: 2, round: 1, commit: at(1, 2) }),
    ]);
    assert.deepEqual(subject.answered(leader, 2, 1), [
      send({ kind: 'readReply', to: 3, term: 2, context: 5, index: 1 }),
    ]);
  });

  it('the answer is ready to be read', () => {
    assert.deepEqual(
      subject.receive(aFollower(), { kind: 'readReply', from: 2, term: 1, context: 5, index: 9 }),
      [{ kind: 'readReady', context: 5, index: 9 }],
    );
  });

  it('the answer of a deposed leader is dropped', () => {
    assert.deepEqual(
      subject.receive(aFollower({ term: 3 }), {
        kind: 'readReply',
        from: 2,
        term: 2,
        context: 5,
        index: 9,
      }),
      [],
    );
  });

  it('a request that reaches no leader, or of another term, is dropped', () => {
    assert.deepEqual(subject.receive(aFollower({ term: 2 }), asked), []);
    assert.deepEqual(subject.receive(aCandidate(), asked), []);
    assert.deepEqual(subject.receive(aLeader(), { ...asked, term: 1 }), []);
  });

  it('a request of a removed member is told so', () => {
    const configuration = cluster({ voters: [1, 2], next: 4 });
    assert.deepEqual(subject.receive(aLeader({ configuration }), asked), [
      send({ kind: 'removed', to: 3, term: 2 }),
    ]);
  });
});

describe('reads: lease', () => {
  const configuration = cluster({ trust: 'lease' });

  /** Leads under leases; begins round 1 now. */
  function aHolder(): subject.Subject {
    const leader = aLeader({ configuration });
    subject.wait(leader, 0);
    return leader;
  }

  it('a quorum of promises lets it answer at once', () => {
    const leader = aHolder();
    subject.answered(leader, 2, 1, { lease: true });
    assert.deepEqual(subject.give(leader, read(5)), [{ kind: 'readReady', context: 5, index: 1 }]);
    assert.deepEqual(subject.receive(leader, asked), [
      send({ kind: 'readReply', to: 3, term: 2, context: 5, index: 1 }),
    ]);
  });

  it('a follower is told first of a commit that its read is to show', () => {
    const leader = aHolder();
    subject.answered(leader, 2, 1, { lease: true });
    subject.proposed(leader, 7, 'a');
    subject.persisted(leader);
    subject.accepted(leader, 3);
    assert.deepEqual(subject.receive(leader, asked), [
      send({ kind: 'committed', to: 3, term: 2, commit: at(2, 2) }),
      send({ kind: 'readReply', to: 3, term: 2, context: 5, index: 2 }),
    ]);
    assert.deepEqual(subject.receive(leader, asked), [
      send({ kind: 'readReply', to: 3, term: 2, context: 5, index: 2 }),
    ]);
  });

  it('lasts from the beginning of the round, a margin less than the promise', () => {
    const leader = aHolder();
    subject.answered(leader, 2, 1, { lease: true });
    leader.nowMs += 799;
    assert.deepEqual(subject.give(leader, read(5)), [{ kind: 'readReady', context: 5, index: 1 }]);
    leader.nowMs += 1;
    assert.equal(
      subject.give(leader, read(6)).some((effect) => effect.kind === 'readReady'),
      false,
    );
  });

  it('rests on promises, not on answers', () => {
    const leader = aHolder();
    subject.answered(leader, 2, 1);
    assert.equal(
      subject.give(leader, read(5)).some((effect) => effect.kind === 'readReady'),
      false,
    );
  });

  it('rests on promises of a quorum of voters', () => {
    const leader = aLeader({
      configuration: cluster({ voters: [1, 2, 3, 4, 5], learners: [6], trust: 'lease' }),
    });
    subject.wait(leader, 0);
    subject.answered(leader, 2, 1, { lease: true });
    subject.answered(leader, 6, 1, { lease: true });
    assert.equal(
      subject.give(leader, read(5)).some((effect) => effect.kind === 'readReady'),
      false,
    );
    subject.answered(leader, 3, 1, { lease: true });
    assert.deepEqual(subject.give(leader, read(6)), [{ kind: 'readReady', context: 6, index: 1 }]);
  });

  it('is forfeited for the whole term once someone was told to campaign', () => {
    const leader = aHolder();
    subject.answered(leader, 2, 1, { lease: true });
    subject.give(leader, { kind: 'transfer', context: 1, to: 2 });
    subject.wait(leader, 1_000);
    subject.answered(leader, 2, 2, { lease: true });
    subject.answered(leader, 3, 2, { lease: true });
    assert.equal(
      subject.give(leader, read(5)).some((effect) => effect.kind === 'readReady'),
      false,
    );
  });

  it('needs no more rounds remembered than fit into an election timeout', () => {
    const leader = aLeader({ configuration });
    for (let round = 1; round <= 100; round++) {
      subject.wait(leader, 100);
      subject.answered(leader, 2, round, { lease: true });
    }
    const { role } = leader.raft;
    assert(role.kind === 'leader');
    assert.equal(role.reads.starts.length, 1_000 / 100 + 1);
  });

  it('is not held before the term has committed something', () => {
    const leader = aNewLeader({ configuration });
    subject.wait(leader, 0);
    subject.answered(leader, 2, 1, { lease: true });
    assert.deepEqual(subject.give(leader, read(5)), []);
  });

  it('is not held under another trust, whatever was promised', () => {
    for (const trust of ['earlyCampaign', 'neither'] as const) {
      const leader = aLeader({ configuration: cluster({ trust }) });
      subject.wait(leader, 0);
      subject.answered(leader, 2, 1, { lease: true });
      assert.equal(
        subject.give(leader, read(5)).some((effect) => effect.kind === 'readReady'),
        false,
      );
    }
  });

  it('ends at once when the trust is withdrawn', () => {
    const leader = aHolder();
    subject.answered(leader, 2, 1, { lease: true });
    subject.give(leader, {
      kind: 'change',
      context: 1,
      expected: 0,
      changes: [{ kind: 'trust', trust: 'neither' }],
    });
    assert.equal(
      subject.give(leader, read(5)).some((effect) => effect.kind === 'readReady'),
      false,
    );
  });
});

describe('reads: lease withdrawn and given again', () => {
  it('rests on promises that were given since', () => {
    const leader = aLeader({ configuration: cluster({ trust: 'lease' }) });
    subject.wait(leader, 0);
    subject.answered(leader, 2, 1, { lease: true });
    for (const [expected, trust] of [
      [0, 'neither'],
      [2, 'lease'],
    ] as const) {
      const changes = [{ kind: 'trust', trust }] as const;
      subject.give(leader, { kind: 'change', context: 1, expected, changes });
      subject.persisted(leader);
      subject.accepted(leader, 3);
    }
    const isReady = (): boolean =>
      subject.give(leader, read(5)).some((effect) => effect.kind === 'readReady');
    assert.equal(isReady(), false);
    subject.answered(leader, 2, 2, { lease: true });
    assert.equal(isReady(), true);
  });
});

describe('reads: voters that lost what they had acknowledged', () => {
  it('a log that ends before what was acknowledged when the round began is an alarm', () => {
    const leader = aLeader();
    subject.wait(leader, 0);
    assert.deepEqual(subject.answered(leader, 2, 1, { last: 0 }), [
      { kind: 'alarm', alarm: 'memberRegressed', member: 2, acknowledged: 1, found: 0 },
    ]);
  });

  it('is looked for in every round', () => {
    const leader = aLeader();
    subject.wait(leader, 0);
    subject.answered(leader, 2, 1);
    subject.proposed(leader, 7, 'a');
    subject.persisted(leader);
    subject.accepted(leader, 2);
    subject.wait(leader, 100);
    assert.deepEqual(subject.answered(leader, 2, 2, { last: 1 })[0], {
      kind: 'alarm',
      alarm: 'memberRegressed',
      member: 2,
      acknowledged: 2,
      found: 1,
    });
  });

  it('is told once', () => {
    const leader = aLeader();
    subject.wait(leader, 0);
    subject.answered(leader, 2, 1, { last: 0 });
    subject.wait(leader, 100);
    assert.deepEqual(subject.answered(leader, 2, 2, { last: 0 }), []);
  });

  it('the voter counts for no commit any more', () => {
    const leader = aLeader();
    subject.wait(leader, 0);
    subject.answered(leader, 2, 1, { last: 0 });
    subject.proposed(leader, 7, 'a');
    subject.persisted(leader);
    assert.deepEqual(subject.accepted(leader, 2, 2), []);
    assert.deepEqual(subject.accepted(leader, 3, 2), [commit(command(2, 2, 'a'))]);
  });

  it('a round that was never begun is answered by nobody', () => {
    const leader = aLeader();
    subject.wait(leader, 0);
    assert.throws(() => subject.answered(leader, 2, 2), /only rounds that were begun are answered/);
  });

  it('nor for a read, nor for staying in office', () => {
    const leader = aLeader();
    subject.wait(leader, 0);
    subject.answered(leader, 2, 1, { last: 0 });
    subject.give(leader, read(5));
    subject.wait(leader, 100);
    const isReady = (effects: readonly { readonly kind: string }[]): boolean =>
      effects.some(({ kind }) => kind === 'readReady');
    assert.equal(isReady(subject.answered(leader, 2, 2, { last: 0 })), false);
    assert.equal(isReady(subject.answered(leader, 3, 2)), true);
    leader.nowMs += 1_001;
    subject.answered(leader, 2, 2, { last: 0 });
    assert.deepEqual(subject.wait(leader, 0).at(-1), became('follower', 2));
  });

  it('and gets nothing', () => {
    const leader = aLeader();
    subject.wait(leader, 0);
    subject.answered(leader, 2, 1, { last: 0 });
    assert.deepEqual(subject.proposed(leader, 7, 'a'), [
      persist(3, 2, at(2, 2), { entries: [command(2, 2, 'a')] }),
      { kind: 'accepted', context: 7, offset: 0, first: 2, count: 1, term: 2 },
      send({
        kind: 'append',
        to: 3,
        term: 2,
        previous: at(1, 2),
        entries: [command(2, 2, 'a')],
        commit: 1,
      }),
    ]);
    subject.wait(leader, 100);
    assert.deepEqual(subject.answered(leader, 2, 2, { last: 0 }), []);
  });

  it('an acknowledgement that overtakes the answer to a round is no alarm', () => {
    const leader = aLeader();
    subject.wait(leader, 0);
    subject.proposed(leader, 7, 'a');
    subject.accepted(leader, 2, 2);
    assert.deepEqual(subject.answered(leader, 2, 1, { last: 1 }), []);
  });

  it('an answer to an earlier round that comes late is no alarm', () => {
    const leader = aLeader();
    subject.wait(leader, 0);
    subject.answered(leader, 2, 1, { last: 1 });
    subject.proposed(leader, 7, 'a');
    subject.accepted(leader, 2, 2);
    subject.wait(leader, 100);
    assert.deepEqual(subject.answered(leader, 2, 1, { last: 1 }), []);
    assert.deepEqual(subject.answered(leader, 2, 2, { last: 2 }), []);
  });

  it('rounds whose answers are lost do not hide it', () => {
    const leader = aLeader();
    subject.wait(leader, 0);
    subject.wait(leader, 100);
    subject.wait(leader, 100);
    assert.deepEqual(subject.answered(leader, 2, 3, { last: 0 })[0]?.kind, 'alarm');
  });

  it('a member that is new has acknowledged nothing', () => {
    const leader = aLeader();
    subject.wait(leader, 0);
    const changes = [{ kind: 'add', directory: 'd4', priority: 0 }] as const;
    subject.give(leader, { kind: 'change', context: 1, expected: 0, changes });
    subject.persisted(leader);
    subject.accepted(leader, 2);
    subject.wait(leader, 100);
    assert.deepEqual(subject.answered(leader, 4, 2, { last: 0 }), [
      send({ kind: 'append', to: 4, term: 2, previous: at(2, 2), entries: [], commit: 2 }),
    ]);
  });
});
