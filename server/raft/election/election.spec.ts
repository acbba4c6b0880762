import assert from 'node:assert/strict';
import { TERM_MAX } from '../ids.ts';
import { became, message, persist, send } from '../testing/expected.ts';
import * as subject from '../testing/subject.ts';
import { aCandidate, aFollower, aLeader, aNewLeader, aPreCandidate } from '../testing/subject.ts';
import { at, cluster, command, configured, logOf, noop } from '../testing/value.ts';

const FIVE = cluster({ voters: [1, 2, 3, 4, 5] });

describe('election: pre-vote', () => {
  it('a follower whose wait is over asks every other voter, and changes nothing', () => {
    const follower = aFollower({ log: [command(1, 1)] });
    assert.deepEqual(subject.timeOut(follower), [
      send({ kind: 'preVote', to: 2, term: 2, last: at(1, 1) }),
      send({ kind: 'preVote', to: 3, term: 2, last: at(1, 1) }),
      became('preCandidate', 1),
    ]);
  });

  it('a hurried campaign that finds no end is followed by one that takes its time', () => {
    const follower = aFollower();
    subject.hearFrom(follower, 2);
    subject.give(follower, { kind: 'peer', member: 2, reachable: false });
    const durations = [1, 2].map(() => {
      subject.timeOut(follower);
      const { role, nowMs, options } = follower.raft;
      assert(role.kind === 'preCandidate');
      return (role.deadlineMs - nowMs) / options.electionTimeoutMs;
    });
    assert(durations[0]! < 0.5 && durations[1]! >= 1, durations.join(', '));
  });

  it('learners are not asked', () => {
    const follower = aFollower({ configuration: cluster({ voters: [1, 2], learners: [3] }) });
    assert.deepEqual(subject.timeOut(follower), [
      send({ kind: 'preVote', to: 2, term: 2, last: at(0, 0) }),
      became('preCandidate', 1),
    ]);
  });

  it('in a joint configuration incoming and outgoing voters are asked', () => {
    const joint = cluster({ voters: [1, 4], leaving: [2, 3], outgoing: [1, 2, 3] });
    assert.deepEqual(subject.timeOut(aFollower({ configuration: joint })), [
      send({ kind: 'preVote', to: 2, term: 2, last: at(0, 0) }),
      send({ kind: 'preVote', to: 3, term: 2, last: at(0, 0) }),
      send({ kind: 'preVote', to: 4, term: 2, last: at(0, 0) }),
      became('preCandidate', 1),
    ]);
  });

  it('nothing happens before the wait is over', () => {
    const follower = aFollower();
    assert.deepEqual(subject.wait(follower, 999), []);
  });

  it('a learner waits on, and asks with a log that gets no vote whether it was removed', () => {
    const learner = aFollower({ configuration: cluster({ voters: [2, 3], learners: [1] }) });
    assert.deepEqual(subject.timeOut(learner), [
      send({ kind: 'preVote', to: 2, term: 2, last: at(0, 0) }),
      send({ kind: 'preVote', to: 3, term: 2, last: at(0, 0) }),
      became('follower', 1),
    ]);
  });

  it('a quorum of grants starts the campaign', () => {
    const candidate = aPreCandidate({ log: [command(1, 1)] });
    assert.deepEqual(
      subject.receive(candidate, { kind: 'preVoteReply', from: 2, term: 2, granted: true }),
      [
        persist(1, 2, at(1, 1), {
          hardState: { term: 2, vote: 1 },
          thenSend: [
            message({ kind: 'vote', to: 2, term: 2, last: at(1, 1), transfer: false }),
            message({ kind: 'vote', to: 3, term: 2, last: at(1, 1), transfer: false }),
          ],
        }),
        became('candidate', 2),
      ],
    );
  });

  it('one grant of five is no quorum', () => {
    const candidate = aPreCandidate({ configuration: FIVE });
    assert.deepEqual(
      subject.receive(candidate, { kind: 'preVoteReply', from: 2, term: 2, granted: true }),
      [],
    );
  });

  it('a grant repeated by the same voter counts once', () => {
    const candidate = aPreCandidate({ configuration: FIVE });
    subject.receive(candidate, { kind: 'preVoteReply', from: 2, term: 2, granted: true });
    assert.deepEqual(
      subject.receive(candidate, { kind: 'preVoteReply', from: 2, term: 2, granted: true }),
      [],
    );
  });

  it('a grant for another term counts for nothing', () => {
    const candidate = aPreCandidate();
    assert.deepEqual(
      subject.receive(candidate, { kind: 'preVoteReply', from: 2, term: 3, granted: true }),
      [],
    );
  });

  it('a quorum of refusals ends it', () => {
    const candidate = aPreCandidate();
    assert.deepEqual(
      subject.receive(candidate, { kind: 'preVoteReply', from: 2, term: 1, granted: false }),
      [],
    );
    assert.deepEqual(
      subject.receive(candidate, { kind: 'preVoteReply', from: 3, term: 1, granted: false }),
      [became('follower', 1)],
    );
  });

  it('a refusal of a later term is adopted with its term', () => {
    const candidate = aPreCandidate();
    assert.deepEqual(
      subject.receive(candidate, { kind: 'preVoteReply', from: 2, term: 4, granted: false }),
      [persist(1, 4, at(0, 0), { hardState: { term: 4, vote: undefined } }), became('follower', 4)],
    );
  });

  it('a refusal of an earlier term is ignored', () => {
    const candidate = aPreCandidate();
    assert.deepEqual(
      subject.receive(candidate, { kind: 'preVoteReply', from: 2, term: 0, granted: false }),
      [],
    );
  });

  it('no answer: asks again after another wait', () => {
    const candidate = aPreCandidate();
    assert.deepEqual(subject.timeOut(candidate), [
      send({ kind: 'preVote', to: 2, term: 2, last: at(0, 0) }),
      send({ kind: 'preVote', to: 3, term: 2, last: at(0, 0) }),
    ]);
  });

  it('the only voter campaigns at once', () => {
    const follower = aFollower({ configuration: cluster({ voters: [1] }), leader: undefined });
    assert.deepEqual(subject.timeOut(follower), [
      persist(1, 2, at(0, 0), { hardState: { term: 2, vote: 1 } }),
      became('candidate', 2),
    ]);
  });

  it('the leader of the term is followed after all', () => {
    const candidate = aPreCandidate();
    assert.deepEqual(subject.hearFrom(candidate, 2), [
      send({
        kind: 'heartbeatReply',
        to: 2,
        term: 1,
        round: 1,
        lease: false,
        last: 0,
        spaceLow: false,
      }),
      became('follower', 1, 2),
    ]);
  });

  it('an answer that comes late finds nobody who waits for it', () => {
    const reply = { kind: 'preVoteReply', from: 2, granted: true } as const;
    assert.deepEqual(subject.receive(aFollower(), { ...reply, term: 2 }), []);
    assert.deepEqual(subject.receive(aCandidate(), { ...reply, term: 2 }), []);
    assert.deepEqual(subject.receive(aLeader(), { ...reply, term: 3 }), []);
  });
});

describe('election: the last term', () => {
  it('has none behind it: who would ask for one is broken, and asks nobody', () => {
    for (const configuration of [cluster(), cluster({ voters: [2, 3], learners: [1] })]) {
      const follower = aFollower({ term: TERM_MAX, configuration });
      assert.throws(() => subject.timeOut(follower), { name: 'InvariantError' });
    }
    const next = aFollower({ term: TERM_MAX - 1 });
    assert.deepEqual(
      subject.timeOut(next)[0],
      send({ kind: 'preVote', to: 2, term: TERM_MAX, last: at(0, 0) }),
    );
  });
});

describe('election: answering a pre-vote', () => {
  const ask = { kind: 'preVote', from: 3, term: 2, last: at(0, 0) } as const;

  it('grants, for the term asked for, when no leader is known', () => {
    assert.deepEqual(subject.receive(aFollower({ leader: undefined }), ask), [
      send({ kind: 'preVoteReply', to: 3, term: 2, granted: true }),
    ]);
  });

  it('refuses, with its own term, while it hears from a leader', () => {
    assert.deepEqual(subject.receive(aFollower(), ask), [
      send({ kind: 'preVoteReply', to: 3, term: 1, granted: false }),
    ]);
  });

  it('grants once the leader has been silent for an election timeout', () => {
    const follower = aFollower();
    follower.nowMs += 999;
    assert.deepEqual(subject.receive(follower, ask), [
      send({ kind: 'preVoteReply', to: 3, term: 1, granted: false }),
    ]);
    follower.nowMs += 1;
    assert.deepEqual(subject.receive(follower, ask), [
      send({ kind: 'preVoteReply', to: 3, term: 2, granted: true }),
    ]);
  });

  it('refuses although its leader is suspect, once a snapshot has brought trust in leases', () => {
    for (const [trust, granted] of [
      ['lease', false],
      ['earlyCampaign', true],
    ] as const) {
      const follower = aFollower();
      const state = { ...at(1, 1), configuration: cluster({ trust }), configurationIndex: 0 };
      subject.receive(follower, { kind: 'snapshot', from: 2, term: 1, snapshot: state });
      subject.give(follower, { kind: 'peer', member: 2, reachable: false });
      subject.give(follower, { kind: 'installed', index: 1, done: true });
      assert.deepEqual(subject.receive(follower, { ...ask, last: at(1, 1) }), [
        send({ kind: 'preVoteReply', to: 3, term: granted ? 2 : 1, granted }),
      ]);
    }
  });

  it('refuses a log that is behind its own', () => {
    assert.deepEqual(subject.receive(aFollower({ leader: undefined, log: [command(1, 1)] }), ask), [
      send({ kind: 'preVoteReply', to: 3, term: 1, granted: false }),
    ]);
  });

  it('refuses a term that has begun already, and tells which', () => {
    assert.deepEqual(subject.receive(aFollower({ leader: undefined, term: 2 }), ask), [
      send({ kind: 'preVoteReply', to: 3, term: 2, granted: false }),
    ]);
    assert.deepEqual(subject.receive(aFollower({ leader: undefined, term: 5 }), ask), [
      send({ kind: 'preVoteReply', to: 3, term: 5, granted: false }),
    ]);
  });

  it('a leader refuses', () => {
    assert.deepEqual(subject.receive(aLeader(), { ...ask, term: 3, last: at(9, 2) }), [
      send({ kind: 'preVoteReply', to: 3, term: 2, granted: false }),
    ]);
  });

  it('a candidate grants it to who asks for a later term', () => {
    assert.deepEqual(subject.receive(aCandidate(), { ...ask, term: 3 }), [
      send({ kind: 'preVoteReply', to: 3, term: 3, granted: true }),
    ]);
  });

  it('of two that ask with equal logs, the one of the lower id lets the other go first', () => {
    assert.deepEqual(subject.receive(aPreCandidate(), ask), [
      send({ kind: 'preVoteReply', to: 3, term: 2, granted: true }),
      became('follower', 1),
    ]);
    const second = aPreCandidate({ id: 3, leader: 2 });
    assert.deepEqual(subject.receive(second, { ...ask, from: 1 }), [
      send({ from: 3, kind: 'preVoteReply', to: 1, term: 2, granted: true }),
    ]);
  });

  it('of two that ask, the one of the shorter log lets the other go first', () => {
    const second = aPreCandidate({ id: 3, leader: 2 });
    assert.deepEqual(subject.receive(second, { ...ask, from: 1, last: at(1, 1) }), [
      send({ from: 3, kind: 'preVoteReply', to: 1, term: 2, granted: true }),
      became('follower', 1),
    ]);
  });

  it('says so to a member that was removed', () => {
    const follower = aFollower({
      configuration: cluster({ voters: [1, 2], next: 4 }),
      leader: undefined,
    });
    assert.deepEqual(subject.receive(follower, ask), [send({ kind: 'removed', to: 3, term: 1 })]);
  });
});

describe('election: campaign', () => {
  it('asks for votes only once its own is on disk, by the same write', () => {
    const candidate = aPreCandidate({ log: [command(1, 1)] });
    assert.deepEqual(
      subject.receive(candidate, { kind: 'preVoteReply', from: 3, term: 2, granted: true }),
      [
        persist(1, 2, at(1, 1), {
          hardState: { term: 2, vote: 1 },
          thenSend: [
            message({ kind: 'vote', to: 2, term: 2, last: at(1, 1), transfer: false }),
            message({ kind: 'vote', to: 3, term: 2, last: at(1, 1), transfer: false }),
          ],
        }),
        became('candidate', 2),
      ],
    );
  });

  it('its own vote counts once it is on disk', () => {
    const candidate = aCandidate();
    assert.deepEqual(
      subject.receive(candidate, { kind: 'voteReply', from: 2, term: 2, granted: true }),
      [],
    );
    assert.deepEqual(subject.persisted(candidate), [
      persist(2, 2, at(1, 2), { entries: [noop(1, 2)] }),
      send({
        kind: 'append',
        to: 2,
        term: 2,
        previous: at(0, 0),
        entries: [noop(1, 2)],
        commit: 0,
      }),
      send({
        kind: 'append',
        to: 3,
        term: 2,
        previous: at(0, 0),
        entries: [noop(1, 2)],
        commit: 0,
      }),
      became('leader', 2, 1),
    ]);
  });

  it('a vote of another voter completes the quorum', () => {
    const candidate = aCandidate();
    assert.deepEqual(subject.persisted(candidate), []);
    assert.deepEqual(
      subject.receive(candidate, { kind: 'voteReply', from: 3, term: 2, granted: true }),
      [
        persist(2, 2, at(1, 2), { entries: [noop(1, 2)] }),
        send({
          kind: 'append',
          to: 2,
          term: 2,
          previous: at(0, 0),
          entries: [noop(1, 2)],
          commit: 0,
        }),
        send({
          kind: 'append',
          to: 3,
          term: 2,
          previous: at(0, 0),
          entries: [noop(1, 2)],
          commit: 0,
        }),
        became('leader', 2, 1),
      ],
    );
  });

  it('a vote repeated by the same voter counts once', () => {
    const candidate = aCandidate({ configuration: FIVE });
    subject.persisted(candidate);
    subject.receive(candidate, { kind: 'voteReply', from: 3, term: 2, granted: true });
    assert.deepEqual(
      subject.receive(candidate, { kind: 'voteReply', from: 3, term: 2, granted: true }),
      [],
    );
  });

  it('the vote of a learner does not count', () => {
    const candidate = aCandidate({ configuration: cluster({ learners: [4] }) });
    subject.persisted(candidate);
    assert.deepEqual(
      subject.receive(candidate, { kind: 'voteReply', from: 4, term: 2, granted: true }),
      [],
    );
  });

  it('in a joint configuration both majorities have to vote for it', () => {
    const joint = cluster({ voters: [1, 4, 5], leaving: [2, 3], outgoing: [1, 2, 3] });
    const candidate = aCandidate({ configuration: joint });
    subject.persisted(candidate);
    assert.deepEqual(
      subject.receive(candidate, { kind: 'voteReply', from: 2, term: 2, granted: true }),
      [],
    );
    const won = subject.receive(candidate, { kind: 'voteReply', from: 4, term: 2, granted: true });
    assert.deepEqual(won.at(-1), became('leader', 2, 1));
  });

  it('a quorum of refusals ends it', () => {
    const candidate = aCandidate();
    assert.deepEqual(
      subject.receive(candidate, { kind: 'voteReply', from: 2, term: 2, granted: false }),
      [],
    );
    assert.deepEqual(
      subject.receive(candidate, { kind: 'voteReply', from: 3, term: 2, granted: false }),
      [became('follower', 2)],
    );
  });

  it('a refusal of a later term is adopted with its term', () => {
    assert.deepEqual(
      subject.receive(aCandidate(), { kind: 'voteReply', from: 2, term: 3, granted: false }),
      [persist(2, 3, at(0, 0), { hardState: { term: 3, vote: undefined } }), became('follower', 3)],
    );
  });

  it('a vote of an earlier term counts for nothing', () => {
    const candidate = aCandidate();
    subject.persisted(candidate);
    assert.deepEqual(
      subject.receive(candidate, { kind: 'voteReply', from: 2, term: 1, granted: true }),
      [],
    );
  });

  it('no answer: goes back to asking first, in the same term', () => {
    const candidate = aCandidate();
    assert.deepEqual(subject.timeOut(candidate), [
      send({ kind: 'preVote', to: 2, term: 3, last: at(0, 0) }),
      send({ kind: 'preVote', to: 3, term: 3, last: at(0, 0) }),
      became('preCandidate', 2),
    ]);
  });

  it('who leads its term is followed', () => {
    assert.deepEqual(
      subject.receive(aCandidate(), {
        kind: 'append',
        from: 3,
        term: 2,
        previous: at(0, 0),
        entries: [noop(1, 2)],
        commit: 0,
      }),
      [
        persist(2, 2, at(1, 2), {
          entries: [noop(1, 2)],
          thenSend: [message({ kind: 'appendAccepted', to: 3, term: 2, match: 1 })],
        }),
        became('follower', 2, 3),
      ],
    );
  });

  it('the leader of an earlier term is told of this one', () => {
    assert.deepEqual(
      subject.receive(aCandidate(), {
        kind: 'append',
        from: 3,
        term: 1,
        previous: at(0, 0),
        entries: [],
        commit: 0,
      }),
      [send({ kind: 'appendRejected', to: 3, term: 2, previous: 0, hint: at(0, 0), last: 0 })],
    );
  });

  it('the winner begins its term with a no-op, behind everything it has', () => {
    const candidate = aCandidate({ log: logOf([1, 1]) });
    subject.persisted(candidate);
    assert.deepEqual(
      subject.receive(candidate, { kind: 'voteReply', from: 2, term: 2, granted: true }),
      [
        persist(2, 2, at(3, 2), { entries: [noop(3, 2)] }),
        send({
          kind: 'append',
          to: 2,
          term: 2,
          previous: at(2, 1),
          entries: [noop(3, 2)],
          commit: 0,
        }),
        send({
          kind: 'append',
          to: 3,
          term: 2,
          previous: at(2, 1),
          entries: [noop(3, 2)],
          commit: 0,
        }),
        became('leader', 2, 1),
      ],
    );
  });

  it('votes that come late find nobody who counts them', () => {
    const vote = { kind: 'voteReply', from: 3, term: 2, granted: true } as const;
    assert.deepEqual(subject.receive(aNewLeader(), vote), []);
    assert.deepEqual(subject.receive(aFollower({ term: 2 }), vote), []);
    assert.deepEqual(subject.receive(aPreCandidate({ term: 2 }), vote), []);
  });
});

describe('election: voting', () => {
  const ask = { kind: 'vote', from: 3, term: 2, last: at(0, 0), transfer: false } as const;
  const lonely = { leader: undefined } as const;

  it('votes once the vote is on disk', () => {
    assert.deepEqual(subject.receive(aFollower(lonely), ask), [
      persist(1, 2, at(0, 0), {
        hardState: { term: 2, vote: 3 },
        thenSend: [message({ kind: 'voteReply', to: 3, term: 2, granted: true })],
      }),
      became('follower', 2),
    ]);
  });

  it('votes in its own term if it has not yet', () => {
    assert.deepEqual(subject.receive(aFollower({ ...lonely, term: 2 }), ask), [
      persist(1, 2, at(0, 0), {
        hardState: { term: 2, vote: 3 },
        thenSend: [message({ kind: 'voteReply', to: 3, term: 2, granted: true })],
      }),
    ]);
  });

  it('says it again to the one it has voted for', () => {
    assert.deepEqual(subject.receive(aFollower({ ...lonely, term: 2, vote: 3 }), ask), [
      persist(1, 2, at(0, 0), {
        thenSend: [message({ kind: 'voteReply', to: 3, term: 2, granted: true })],
      }),
    ]);
  });

  it('votes for one candidate in a term', () => {
    assert.deepEqual(subject.receive(aFollower({ ...lonely, term: 2, vote: 2 }), ask), [
      send({ kind: 'voteReply', to: 3, term: 2, granted: false }),
    ]);
  });

  it('adopts the term of a candidate whose log is behind, and votes for nobody', () => {
    assert.deepEqual(subject.receive(aFollower({ ...lonely, log: [command(1, 1)] }), ask), [
      persist(1, 2, at(1, 1), { hardState: { term: 2, vote: undefined } }),
      send({ kind: 'voteReply', to: 3, term: 2, granted: false }),
      became('follower', 2),
    ]);
  });

  it('refuses an earlier term and tells its own', () => {
    assert.deepEqual(subject.receive(aFollower({ ...lonely, term: 5 }), ask), [
      send({ kind: 'voteReply', to: 3, term: 5, granted: false }),
    ]);
  });

  it('stays silent while it hears from a leader, and keeps its term', () => {
    const follower = aFollower();
    assert.deepEqual(subject.receive(follower, { ...ask, term: 9 }), []);
    assert.equal(subject.standing(follower).term, 1);
  });

  it('votes although it hears from a leader if that leader asked for the election', () => {
    assert.deepEqual(subject.receive(aFollower(), { ...ask, transfer: true }), [
      persist(1, 2, at(0, 0), {
        hardState: { term: 2, vote: 3 },
        thenSend: [message({ kind: 'voteReply', to: 3, term: 2, granted: true })],
      }),
      became('follower', 2),
    ]);
  });

  it('a candidate and a pre-candidate step back for a later term', () => {
    assert.deepEqual(subject.receive(aPreCandidate(), ask), [
      persist(1, 2, at(0, 0), {
        hardState: { term: 2, vote: 3 },
        thenSend: [message({ kind: 'voteReply', to: 3, term: 2, granted: true })],
      }),
      became('follower', 2),
    ]);
    assert.deepEqual(subject.receive(aCandidate(), { ...ask, term: 3 }), [
      persist(2, 3, at(0, 0), {
        hardState: { term: 3, vote: 3 },
        thenSend: [message({ kind: 'voteReply', to: 3, term: 3, granted: true })],
      }),
      became('follower', 3),
    ]);
  });

  it('a candidate has voted for itself', () => {
    assert.deepEqual(subject.receive(aCandidate(), ask), [
      send({ kind: 'voteReply', to: 3, term: 2, granted: false }),
    ]);
  });

  it('a leader stays silent, but for an election it asked for', () => {
    assert.deepEqual(subject.receive(aLeader(), { ...ask, term: 3, last: at(1, 2) }), []);
    assert.deepEqual(
      subject.receive(aLeader(), { ...ask, term: 3, last: at(1, 2), transfer: true }),
      [
        persist(3, 3, at(1, 2), {
          hardState: { term: 3, vote: 3 },
          thenSend: [message({ kind: 'voteReply', to: 3, term: 3, granted: true })],
        }),
        became('follower', 3),
      ],
    );
  });

  it('says so to a member that was removed', () => {
    const follower = aFollower({ ...lonely, configuration: cluster({ voters: [1, 2], next: 4 }) });
    assert.deepEqual(subject.receive(follower, { ...ask, term: 7 }), [
      send({ kind: 'removed', to: 3, term: 1 }),
    ]);
  });

  it('a vote gives the candidate time: the wait for a leader begins anew', () => {
    // In the member's own term: adopting a later one would begin the wait anew in any case.
    const configuration = cluster({ trust: 'neither' });
    const follower = aFollower({ ...lonely, term: 2, configuration });
    const { role } = follower.raft;
    assert(role.kind === 'follower');
    follower.nowMs = role.deadlineMs - 1;
    subject.receive(follower, ask);
    assert.deepEqual(subject.wait(follower, 999), []);
  });
});

describe('election: priorities', () => {
  it('voters of higher priority campaign first', () => {
    const configuration = cluster({ priorities: { 2: 5, 3: 5 }, trust: 'neither' });
    const low = aFollower({ configuration });
    const high = aFollower({ configuration: cluster({ trust: 'neither' }) });
    const before = high.raft.role.kind === 'follower' ? high.raft.role.deadlineMs : 0;
    assert.deepEqual(subject.wait(low, before + 199), []);
    assert.deepEqual(subject.wait(low, 1).at(-1), became('preCandidate', 1));
  });

  it('so they do when the leader’s process is gone', () => {
    const follower = aFollower({ configuration: cluster({ priorities: { 2: 5, 3: 5 } }) });
    subject.give(follower, { kind: 'peer', member: 2, reachable: false });
    assert.deepEqual(subject.wait(follower, 99), []);
    assert.deepEqual(subject.wait(follower, 51).at(-1), became('preCandidate', 1));
  });

  it('a learner never campaigns, so nobody waits for one', () => {
    const deadlineOf = (priorities: Record<number, number>): number => {
      const configuration = cluster({ learners: [4], priorities, trust: 'neither' });
      const { role } = aFollower({ configuration }).raft;
      assert(role.kind === 'follower');
      return role.deadlineMs;
    };
    assert.equal(deadlineOf({ 4: 5 }), deadlineOf({}));
    assert.equal(deadlineOf({ 2: 5 }), deadlineOf({}) + 100);
  });

  it('a configuration that is only in the log decides who is asked', () => {
    const log = [configured(1, 1, cluster({ voters: [1, 2, 3, 4], outgoing: [1, 2, 3] }))];
    assert.deepEqual(subject.timeOut(aFollower({ log })), [
      send({ kind: 'preVote', to: 2, term: 2, last: at(1, 1) }),
      send({ kind: 'preVote', to: 3, term: 2, last: at(1, 1) }),
      send({ kind: 'preVote', to: 4, term: 2, last: at(1, 1) }),
      became('preCandidate', 1),
    ]);
  });

  it('a voter of the last committed configuration campaigns, though the one in its log is without it', () => {
    const log = [configured(1, 1, cluster({ voters: [2, 3], learners: [1] }))];
    const follower = aFollower({ log });
    assert.deepEqual(subject.timeOut(follower), [
      send({ kind: 'preVote', to: 2, term: 2, last: at(1, 1) }),
      send({ kind: 'preVote', to: 3, term: 2, last: at(1, 1) }),
      became('preCandidate', 1),
    ]);
    subject.receive(follower, { kind: 'preVoteReply', from: 2, term: 2, granted: true });
    assert.equal(subject.standing(follower).role, 'preCandidate', 'its own grant does not count');
    subject.receive(follower, { kind: 'preVoteReply', from: 3, term: 2, granted: true });
    assert.equal(subject.standing(follower).role, 'candidate');
  });

  it('and leads until that configuration is committed', () => {
    const log = [configured(1, 1, cluster({ voters: [2, 3], learners: [1] }))];
    const leader = aNewLeader({ log });
    subject.persisted(leader);
    assert.deepEqual(subject.accepted(leader, 2), []);
    assert.deepEqual(subject.accepted(leader, 3).at(-1), became('follower', 2));
  });
});
