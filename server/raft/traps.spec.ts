/*
 * Traps that became bugs in other implementations, and those that this design could fall into. Each
 * names where it happened.
 */
import assert from 'node:assert/strict';
import { InvariantError } from './invariant.ts';
import { became, commit, message, persist, send } from './testing/expected.ts';
import { play, stationOf } from './testing/play.ts';
import * as subject from './testing/subject.ts';
import { aFollower, aLeader, aNewLeader, aStart } from './testing/subject.ts';
import { at, cluster, command, configured, logOf, noop } from './testing/value.ts';

const append = {
  kind: 'append',
  from: 2,
  term: 1,
  previous: at(0, 0),
  entries: [],
  commit: 0,
} as const;
const heartbeat = { kind: 'heartbeat', from: 2, term: 1, round: 1, commit: at(0, 0) } as const;

describe('traps: snapshots', () => {
  const snapshot = {
    index: 5,
    term: 1,
    configuration: cluster({ voters: [1, 2, 4] }),
    configurationIndex: 3,
  };

  it('installing one resets the effective membership (openraft#1808)', () => {
    const follower = aFollower();
    const uncommitted = cluster({ voters: [1, 2, 3], learners: [9] });
    subject.receive(follower, {
      ...append,
      entries: [command(1, 1), configured(2, 1, uncommitted)],
    });
    assert.deepEqual(subject.others(follower), [2, 3, 9]);
    subject.receive(follower, { kind: 'snapshot', from: 2, term: 1, snapshot });
    subject.give(follower, { kind: 'installed', index: 5, done: true });
    assert.deepEqual(subject.others(follower), [2, 4]);
    assert.deepEqual(
      follower.raft.configurations.map(({ index }) => index),
      [3],
    );
  });

  it('a change found in the log behind it is not forgotten by a restart', () => {
    const state = at(5, 1);
    const member = aStart({
      configuration: cluster({ voters: [1, 2] }),
      state,
      log: [configured(6, 1, cluster({ voters: [1, 2], learners: [3] }))],
    });
    assert.deepEqual(subject.others(member), [2, 3]);
  });

  it('one that arrives twice, or late, does not undo what was appended since', () => {
    const follower = aFollower();
    const announced = { kind: 'snapshot', from: 2, term: 1, snapshot } as const;
    subject.receive(follower, announced);
    subject.give(follower, { kind: 'installed', index: 5, done: true });
    subject.receive(follower, { ...append, previous: at(5, 1), entries: [command(6, 1)] });
    assert.equal(
      subject.receive(follower, announced).some(({ kind }) => kind === 'install'),
      false,
    );
    assert.equal(subject.extent(follower).last, 6);
  });

  it('a follower that keeps falling behind its snapshots is not cut off by compaction (consul#9609)', () => {
    const leader = aNewLeader();
    subject.persisted(leader);
    subject.accepted(leader, 2);
    subject.give(leader, { kind: 'compact', through: 1, floor: 1 });
    subject.receive(leader, {
      kind: 'appendRejected',
      from: 3,
      term: 2,
      previous: 0,
      hint: at(0, 0),
      last: 0,
    });
    subject.wait(leader, 0);
    subject.answered(leader, 3, 1, { last: 0 });
    subject.proposed(leader, 7, 'a');
    subject.persisted(leader);
    subject.accepted(leader, 2);
    // Everything behind the snapshot that is on its way will be needed.
    assert.deepEqual(subject.give(leader, { kind: 'compact', through: 2, floor: 0 }), []);
  });
});

describe('traps: leadership transfer', () => {
  it('its flag does not survive a step-down (hashicorp/raft#696)', () => {
    const leader = aLeader();
    subject.give(leader, { kind: 'transfer', context: 1, to: 3 });
    subject.wait(leader, 1_001);
    assert.equal(subject.standing(leader).role, 'follower');
    subject.timeOut(leader);
    subject.receive(leader, { kind: 'preVoteReply', from: 2, term: 3, granted: true });
    subject.persisted(leader);
    subject.receive(leader, { kind: 'voteReply', from: 2, term: 3, granted: true });
    assert.equal(subject.proposed(leader, 7, 'a')[0]?.kind, 'persist');
  });

  it('a second TimeoutNow, delivered late, starts no election in another term', () => {
    const follower = aFollower({ term: 3 });
    assert.deepEqual(
      subject.receive(follower, { kind: 'timeoutNow', from: 2, term: 2 }).map(({ kind }) => kind),
      ['send'],
    );
    assert.deepEqual(subject.standing(follower), { role: 'follower', term: 3, leader: 2 });
  });

  it('a target that was told to campaign may do so long after the transfer was given up: no lease again', () => {
    const leader = aLeader({ configuration: cluster({ trust: 'lease' }) });
    subject.give(leader, { kind: 'transfer', context: 1, to: 3 });
    for (let round = 1; round <= 30; round++) {
      subject.wait(leader, 100);
      for (const from of [2, 3]) subject.answered(leader, from, round, { lease: true });
    }
    const read = subject.give(leader, { kind: 'read', context: 5 });
    assert.equal(
      read.some(({ kind }) => kind === 'readReady'),
      false,
    );
  });
});

describe('traps: members', () => {
  it('a re-added learner with an empty directory does not make the leader panic (etcd#21178)', () => {
    const world = play(
      'members 3 learners 1',
      'campaign 1',
      'deliver',
      'propose 1 a',
      'deliver',
      'crash 4',
      'wipe 4',
      'change 1 remove 4',
      'deliver',
      'join 5',
      'change 1 add d5',
      'deliver',
    );
    assert.deepEqual(stationOf(world, 5).state.commands, ['a']);
    assert.equal(stationOf(world, 1).raft?.role.kind, 'leader');
  });

  it('a learner that lost its directory under its old id raises an alarm instead (etcd#21178)', () => {
    const leader = aLeader({ configuration: cluster({ learners: [4] }) });
    subject.wait(leader, 0);
    assert.deepEqual(subject.answered(leader, 4, 1, { last: 0 }), [
      { kind: 'alarm', alarm: 'memberRegressed', member: 4, acknowledged: 1, found: 0 },
    ]);
  });

  it('a rejection that goes below what was acknowledged is not believed, and breaks nothing', () => {
    const leader = aLeader();
    assert.deepEqual(
      subject.receive(leader, {
        kind: 'appendRejected',
        from: 2,
        term: 2,
        previous: 1,
        hint: at(0, 0),
        last: 0,
      }),
      [],
    );
  });

  it('a re-created member has a new id: the old one is told that it is out (rabbitmq#15725)', () => {
    const world = play(
      'members 3',
      'campaign 1',
      'deliver',
      'partition 1 2 | 3',
      'join 4',
      'change 1 remove 3, add d4',
      'run 500',
      'heal',
      'run 5000',
    );
    assert.deepEqual(
      [1, 3, 4].map((id) => stationOf(world, id).raft?.role.kind),
      ['leader', 'removed', 'follower'],
    );
  });

  it('a member that is removed while it leads answers nobody’s vote afterwards', () => {
    const world = play(
      'members 3',
      'campaign 1',
      'deliver',
      'change 1 remove 1',
      'deliver',
      'run 10000',
    );
    assert.equal(stationOf(world, 1).raft?.role.kind, 'removed');
    assert.equal(stationOf(world, 2).raft?.role.kind, 'leader');
  });

  it('a leader whose own removal commits in the step in which it is deposed does not lead on', () => {
    const leader = aLeader();
    subject.give(leader, {
      kind: 'change',
      context: 1,
      expected: 0,
      changes: [{ kind: 'remove', id: 1 }],
    });
    assert.deepEqual(
      subject
        .receive(leader, { kind: 'heartbeat', from: 2, term: 3, round: 1, commit: at(0, 0) })
        .at(-1),
      became('follower', 3, 2),
    );
  });

  it('quorum progress is counted under the configuration in force, at the moment it is (openraft#1802)', () => {
    const leader = aLeader({ configuration: cluster({ voters: [1, 2], learners: [3, 4] }) });
    subject.proposed(leader, 7, 'a');
    subject.persisted(leader);
    for (const from of [3, 4]) subject.accepted(leader, from);
    assert.equal(subject.extent(leader).commit, 1);
    const changes = [
      { kind: 'promote', id: 3 },
      { kind: 'promote', id: 4 },
    ] as const;
    subject.give(leader, { kind: 'change', context: 1, expected: 0, changes });
    assert.equal(subject.extent(leader).commit, 1, 'the outgoing majority does not have it yet');
    subject.accepted(leader, 2, 2);
    assert.equal(subject.extent(leader).commit, 2);
  });
});

describe('traps: reads', () => {
  it('a context is never used twice: the answer to an earlier read does not answer a later one (etcd#21399)', () => {
    const leader = aLeader();
    subject.wait(leader, 0);
    subject.give(leader, { kind: 'read', context: 5 });
    subject.answered(leader, 2, 1);
    subject.answered(leader, 2, 2);
    subject.give(leader, { kind: 'read', context: 6 });
    for (const round of [1, 2])
      assert.equal(
        subject.answered(leader, 3, round).some(({ kind }) => kind === 'readReady'),
        false,
      );
  });

  it('rounds of one term say nothing about another', () => {
    const leader = aLeader();
    subject.give(leader, { kind: 'read', context: 5 });
    assert.deepEqual(subject.answered(leader, 2, 1, { term: 1 }), []);
  });

  it('a leader whose process stood still gives no read from its lease (etcd#20418)', () => {
    const leader = aLeader({ configuration: cluster({ trust: 'lease' }) });
    subject.wait(leader, 0);
    subject.answered(leader, 2, 1, { lease: true });
    leader.nowMs += 60_000;
    assert.equal(
      subject.give(leader, { kind: 'read', context: 5 }).some(({ kind }) => kind === 'readReady'),
      false,
    );
  });
});

describe('traps: disks', () => {
  it('nothing is acknowledged that is not on disk (Jepsen NATS 2.12.1)', () => {
    const world = play(
      'members 3',
      'campaign 1',
      'deliver',
      'hold-disk 2',
      'hold-disk 3',
      'propose 1 a',
      'deliver',
    );
    assert.deepEqual(stationOf(world, 1).state.commands, []);
    assert.equal(
      play(
        'members 3',
        'campaign 1',
        'deliver',
        'hold-disk 1',
        'hold-disk 2',
        'propose 1 a',
        'deliver',
      ).stations.get(1)?.raft?.commit,
      1,
    );
  });

  it('a leader does not count its own disk before it has written', () => {
    const leader = aLeader();
    subject.proposed(leader, 7, 'a');
    assert.deepEqual(subject.accepted(leader, 2), []);
  });

  it('no state is ever ahead of its own log (etcd 3.5)', () => {
    const follower = aFollower();
    const effects = subject.receive(follower, { ...append, entries: [command(1, 1)], commit: 1 });
    assert.equal(
      effects.some(({ kind }) => kind === 'commit'),
      false,
    );
    assert.deepEqual(subject.persisted(follower), [commit(command(1, 1))]);
  });

  it('a directory put back to an older copy is found out by the commit it cannot have, and does not crash', () => {
    const follower = aFollower({ term: 2, log: logOf([1]) });
    assert.deepEqual(subject.receive(follower, { ...heartbeat, term: 2, commit: at(5, 2) }), [
      send({
        kind: 'heartbeatReply',
        to: 2,
        term: 2,
        round: 1,
        lease: false,
        last: 1,
        spaceLow: false,
      }),
    ]);
  });

  it('an entry acknowledged in an older term, cut off since, is not taken for written (ABA)', () => {
    const follower = aFollower({ leader: undefined });
    subject.receive(follower, { ...append, entries: [command(1, 1)] });
    const first = follower.token;
    subject.receive(follower, { ...append, from: 3, term: 2, entries: [noop(1, 2)] });
    subject.receive(follower, { ...append, term: 3, entries: [command(1, 1)] });
    follower.token = first;
    subject.persisted(follower);
    assert.equal(subject.extent(follower).stable, 0);
  });

  it('a stalled disk does not keep leadership (hashicorp/raft#503, etcd#13527)', () => {
    const world = play(
      'members 3',
      'campaign 1',
      'deliver',
      'hold-disk 1',
      'propose 1 a',
      'run 1300',
    );
    assert.notEqual(stationOf(world, 1).raft?.role.kind, 'leader');
  });

  it('a short stall does not cost leadership (etcd#7617)', () => {
    const world = play(
      'members 3',
      'campaign 1',
      'deliver',
      'hold-disk 1',
      'propose 1 a',
      'run 900',
      'release-disk 1',
      'run 900',
    );
    assert.equal(stationOf(world, 1).raft?.role.kind, 'leader');
  });
});

describe('traps: elections', () => {
  it('a restarted member asks first: the cluster it left keeps its leader and term', () => {
    const world = play(
      'members 3',
      'campaign 1',
      'deliver',
      'run 300',
      'crash 3',
      'restart 3',
      'run 3000',
    );
    assert.deepEqual(
      [1, 2, 3].map((id) => stationOf(world, id).raft?.hardState.term),
      [1, 1, 1],
    );
  });

  it('a member that others cannot hear, but that hears them, does not raise terms', () => {
    const follower = aFollower();
    subject.timeOut(follower);
    for (let at = 0; at < 10; at++) subject.wait(follower, 3_000);
    assert.equal(subject.standing(follower).term, 1);
  });

  it('a vote is not given twice because its first answer was lost', () => {
    const follower = aFollower({ leader: undefined });
    const ask = { kind: 'vote', from: 3, term: 2, last: at(0, 0), transfer: false } as const;
    subject.receive(follower, ask);
    assert.deepEqual(subject.receive(follower, ask), [
      persist(2, 2, at(0, 0), {
        thenSend: [message({ kind: 'voteReply', to: 3, term: 2, granted: true })],
      }),
    ]);
  });

  it('two leaders in one term are noticed, not obeyed', () => {
    assert.throws(() => subject.receive(aFollower(), { ...append, from: 3 }), InvariantError);
  });
});
