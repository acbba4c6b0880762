import assert from 'node:assert/strict';
import { became, message, persist, refuse, send } from '../testing/expected.ts';
import * as subject from '../testing/subject.ts';
import { aCandidate, aFollower, aLeader, aNewLeader } from '../testing/subject.ts';
import { at, cluster, configured } from '../testing/value.ts';

const transfer = (to?: number) => ({ kind: 'transfer', context: 9, to }) as const;

/** Effects of ten seconds of heartbeats that members 2 and 3 answer, but for those heartbeats. */
function leadOn(leader: subject.Subject, ms: number) {
  const effects = [];
  for (let round = 1; round <= ms / 100 && leader.raft.role.kind === 'leader'; round++) {
    effects.push(...subject.wait(leader, 100));
    for (const from of subject.others(leader))
      effects.push(...subject.answered(leader, from, round));
  }
  return effects.filter((effect) => effect.kind !== 'send' || effect.message.kind !== 'heartbeat');
}

describe('transfer: on request', () => {
  it('a voter that has everything is told to campaign at once', () => {
    assert.deepEqual(subject.give(aLeader(), transfer(3)), [
      send({ kind: 'timeoutNow', to: 3, term: 2 }),
    ]);
  });

  it('one that is behind is told as soon as it has everything', () => {
    const leader = aLeader();
    subject.proposed(leader, 7, 'a');
    assert.deepEqual(subject.give(leader, transfer(3)), []);
    assert.deepEqual(subject.accepted(leader, 2), []);
    assert.deepEqual(subject.accepted(leader, 3), [send({ kind: 'timeoutNow', to: 3, term: 2 })]);
  });

  it('it is told once', () => {
    const leader = aLeader();
    subject.give(leader, transfer(3));
    assert.deepEqual(subject.accepted(leader, 3), []);
  });

  it('has succeeded when its target is heard to lead, and only then', () => {
    const leader = aLeader();
    subject.give(leader, transfer(3));
    assert.deepEqual(
      subject.receive(leader, { kind: 'vote', from: 3, term: 3, last: at(1, 2), transfer: true }),
      [
        persist(3, 3, at(1, 2), {
          hardState: { term: 3, vote: 3 },
          thenSend: [message({ kind: 'voteReply', to: 3, term: 3, granted: true })],
        }),
        became('follower', 3),
      ],
    );
    assert.deepEqual(subject.hearFrom(leader, 3)[0], {
      kind: 'transferEnded',
      context: 9,
      outcome: 'transferred',
    });
  });

  it('has an unknown end when another leads than its target', () => {
    const leader = aLeader();
    subject.give(leader, transfer(3));
    subject.receive(leader, { kind: 'voteReply', from: 2, term: 3, granted: false });
    assert.deepEqual(subject.hearFrom(leader, 2)[0], {
      kind: 'transferEnded',
      context: 9,
      outcome: 'unknown',
    });
  });

  it('does not go to a voter that has lost what it had acknowledged', () => {
    const leader = aLeader();
    subject.wait(leader, 0);
    subject.answered(leader, 3, 1, { last: 0 });
    assert.deepEqual(subject.give(leader, transfer(3)), [
      refuse('transfer', 9, {
        reason: 'invalidTarget',
        problem: 'member 3 has lost what it had acknowledged',
      }),
    ]);
  });

  it('does not go to a voter that is short of space, which would hand it back', () => {
    const leader = aLeader();
    subject.wait(leader, 0);
    subject.answered(leader, 3, 1, { spaceLow: true });
    assert.deepEqual(subject.give(leader, transfer(3)), [
      refuse('transfer', 9, {
        reason: 'invalidTarget',
        problem: 'member 3 is short of disk space, and would hand leadership back',
      }),
    ]);
  });

  it('goes to a voter that is as short of space as the leader', () => {
    const leader = aLeader();
    subject.wait(leader, 0);
    subject.answered(leader, 3, 1, { spaceLow: true });
    subject.give(leader, { kind: 'storageSpace', low: true });
    assert.deepEqual(subject.give(leader, transfer(3)), [
      send({ kind: 'timeoutNow', to: 3, term: 2 }),
    ]);
  });

  it('has failed when a later term begins before anyone was told', () => {
    const leader = aLeader();
    subject.proposed(leader, 7, 'a');
    subject.give(leader, transfer(3));
    assert.deepEqual(
      subject.receive(leader, { kind: 'voteReply', from: 3, term: 3, granted: false }),
      [
        persist(4, 3, at(2, 2), { hardState: { term: 3, vote: undefined } }),
        { kind: 'transferEnded', context: 9, outcome: 'aborted' },
        became('follower', 3),
      ],
    );
  });

  it('is given up after an election timeout; commands are admitted again', () => {
    const leader = aLeader();
    subject.give(leader, transfer(3));
    leader.nowMs += 999;
    subject.answered(leader, 2, 0);
    assert.deepEqual(subject.wait(leader, 0), [
      send({ kind: 'heartbeat', to: 2, term: 2, round: 1, commit: at(1, 2) }),
      send({ kind: 'heartbeat', to: 3, term: 2, round: 1, commit: at(1, 2) }),
    ]);
    assert.deepEqual(subject.wait(leader, 1), [
      { kind: 'transferEnded', context: 9, outcome: 'unknown' },
    ]);
    assert.equal(subject.proposed(leader, 7, 'a')[0]?.kind, 'persist');
  });

  it('without a target goes to the voter that is best', () => {
    const leader = aLeader();
    subject.proposed(leader, 7, 'a');
    subject.accepted(leader, 3);
    assert.deepEqual(subject.give(leader, transfer()), [
      send({ kind: 'timeoutNow', to: 3, term: 2 }),
    ]);
  });

  it('by priority first, then by how much it has, then by id', () => {
    const configuration = cluster({ voters: [1, 2, 3, 4], priorities: { 1: 9, 2: 1, 3: 5, 4: 5 } });
    assert.deepEqual(subject.give(aLeader({ configuration }), transfer()), [
      send({ kind: 'timeoutNow', to: 3, term: 2 }),
    ]);
  });
});

describe('transfer: refusals', () => {
  it('while another one is on its way', () => {
    const leader = aLeader();
    subject.give(leader, transfer(3));
    assert.deepEqual(subject.give(leader, transfer(2)), [
      refuse('transfer', 9, { reason: 'transferring', to: 3 }),
    ]);
  });

  it('to itself, to a learner, to a leaving voter, to nobody', () => {
    const log = [
      configured(
        1,
        1,
        cluster({ voters: [1, 2], learners: [4], leaving: [3], outgoing: [1, 2, 3] }),
      ),
    ];
    assert.deepEqual(subject.give(aNewLeader({ log }), transfer(1)), [
      refuse('transfer', 9, { reason: 'invalidTarget', problem: 'member 1 is not another voter' }),
    ]);
    assert.deepEqual(subject.give(aNewLeader({ log }), transfer(3)), [
      refuse('transfer', 9, { reason: 'invalidTarget', problem: 'member 3 is not another voter' }),
    ]);
    assert.deepEqual(subject.give(aNewLeader({ log }), transfer(4)), [
      refuse('transfer', 9, { reason: 'invalidTarget', problem: 'member 4 is not another voter' }),
    ]);
    assert.deepEqual(subject.give(aNewLeader({ log }), transfer(9)), [
      refuse('transfer', 9, { reason: 'invalidTarget', problem: 'member 9 is not another voter' }),
    ]);
  });

  it('without a target when no other voter is ready', () => {
    assert.deepEqual(subject.give(aNewLeader(), transfer()), [
      refuse('transfer', 9, {
        reason: 'invalidTarget',
        problem: 'no other voter is ready to lead',
      }),
    ]);
  });

  it('asked of others than the leader', () => {
    assert.deepEqual(subject.give(aFollower(), transfer(3)), [
      refuse('transfer', 9, { reason: 'notLeader', leader: 2 }),
    ]);
    assert.deepEqual(subject.give(aCandidate(), transfer(3)), [
      refuse('transfer', 9, { reason: 'notLeader', leader: undefined }),
    ]);
  });
});

describe('transfer: by the leader’s own wish', () => {
  it('to a voter of higher priority that has kept up for an election timeout', () => {
    const configuration = cluster({ priorities: { 3: 5 } });
    assert.deepEqual(leadOn(aLeader({ configuration }), 1_000), []);
    assert.deepEqual(leadOn(aLeader({ configuration }), 1_100), [
      send({ kind: 'timeoutNow', to: 3, term: 2 }),
    ]);
  });

  it('nobody is told how it ends', () => {
    const leader = aLeader({ configuration: cluster({ priorities: { 3: 5 } }) });
    leadOn(leader, 1_100);
    assert.deepEqual(
      subject.receive(leader, { kind: 'vote', from: 3, term: 3, last: at(1, 2), transfer: true }),
      [
        persist(3, 3, at(1, 2), {
          hardState: { term: 3, vote: 3 },
          thenSend: [message({ kind: 'voteReply', to: 3, term: 3, granted: true })],
        }),
        became('follower', 3),
      ],
    );
  });

  describe('not to one', () => {
    const configuration = cluster({ voters: [1, 2, 3], priorities: { 3: 5 } });

    /** Whether it is handing over, or has, within three seconds in which member 3 answers so, if at all. */
    const isHandingOver = (leader: subject.Subject, more: object | undefined): boolean => {
      for (let round = 1; round <= 30; round++) {
        const effects = subject.wait(leader, 100);
        const { role } = leader.raft;
        assert(role.kind === 'leader');
        const isTold = effects.some(
          (effect) => effect.kind === 'send' && effect.message.kind === 'timeoutNow',
        );
        if (isTold || role.transfer !== undefined) return true;
        subject.answered(leader, 2, round);
        if (more !== undefined) subject.answered(leader, 3, round, more);
      }
      return false;
    };

    it('unless it has kept up, as this one has', () =>
      assert.equal(isHandingOver(aLeader({ configuration }), {}), true));
    it('of the same priority', () => assert.equal(isHandingOver(aLeader(), {}), false));
    it('that is silent', () =>
      assert.equal(isHandingOver(aLeader({ configuration }), undefined), false));
    it('that is short of space', () =>
      assert.equal(isHandingOver(aLeader({ configuration }), { spaceLow: true }), false));
    it('that has acknowledged nothing yet', () => {
      const leader = aNewLeader({ configuration });
      subject.persisted(leader);
      subject.accepted(leader, 2);
      assert.equal(isHandingOver(leader, { last: 0 }), false);
    });
    it('that has acknowledged less than is committed', () => {
      const leader = aLeader({ configuration });
      subject.proposed(leader, 7, 'a');
      subject.persisted(leader);
      subject.accepted(leader, 2);
      assert.equal(isHandingOver(leader, { last: 1 }), false);
      subject.accepted(leader, 3);
      subject.wait(leader, 0);
      leadOn(leader, 1_000);
      assert.equal(leader.raft.role.kind === 'leader' && leader.raft.role.transfer?.to, 3);
    });
    it('that has lost what it had acknowledged', () =>
      assert.equal(isHandingOver(aLeader({ configuration }), { last: 0 }), false));
  });

  it('a failed attempt is not repeated before as long a wait again', () => {
    const leader = aLeader({ configuration: cluster({ priorities: { 3: 5 } }) });
    const told = leadOn(leader, 4_000).filter((effect) => effect.kind === 'send');
    assert.equal(told.length, 2);
  });

  it('away from a disk that is nearly full', () => {
    const leader = aLeader();
    subject.give(leader, { kind: 'storageSpace', low: true });
    assert.deepEqual(subject.wait(leader, 0), [
      send({ kind: 'heartbeat', to: 2, term: 2, round: 1, commit: at(1, 2) }),
      send({ kind: 'heartbeat', to: 3, term: 2, round: 1, commit: at(1, 2) }),
      send({ kind: 'timeoutNow', to: 2, term: 2 }),
    ]);
  });

  it('not to a voter that is short of space too', () => {
    const leader = aLeader();
    subject.wait(leader, 0);
    subject.answered(leader, 2, 1, { spaceLow: true });
    subject.answered(leader, 3, 1, { spaceLow: true });
    subject.give(leader, { kind: 'storageSpace', low: true });
    assert.deepEqual(subject.wait(leader, 0), []);
  });

  it('away from a disk that keeps a write waiting for too long', () => {
    const leader = aLeader();
    subject.proposed(leader, 7, 'a');
    leader.nowMs += 500;
    subject.accepted(leader, 2);
    subject.accepted(leader, 3);
    leader.nowMs += 500;
    assert.deepEqual(subject.wait(leader, 0), [
      send({ kind: 'heartbeat', to: 2, term: 2, round: 1, commit: at(2, 2) }),
      send({ kind: 'heartbeat', to: 3, term: 2, round: 1, commit: at(2, 2) }),
    ]);
    assert.deepEqual(subject.wait(leader, 1), [send({ kind: 'timeoutNow', to: 2, term: 2 })]);
  });

  it('steps down when its disk stays stuck and nobody takes over', () => {
    const leader = aLeader();
    subject.proposed(leader, 7, 'a');
    const effects = leadOn(leader, 3_000);
    assert.equal(subject.standing(leader).role, 'leader');
    assert.equal(
      effects.some((effect) => effect.kind === 'roleChanged'),
      false,
    );
    assert.deepEqual(leadOn(leader, 100).at(-1), became('follower', 2));
  });

  it('leads on without rivals, however long its disk is stuck', () => {
    const leader = aLeader({ configuration: cluster({ voters: [1] }), leader: undefined });
    subject.proposed(leader, 7, 'a');
    assert.deepEqual(subject.wait(leader, 60_000), []);
  });

  it('not when the write was completed in time', () => {
    const leader = aLeader();
    subject.proposed(leader, 7, 'a');
    leader.nowMs += 900;
    subject.accepted(leader, 2);
    subject.persisted(leader);
    assert.deepEqual(subject.wait(leader, 101), [
      send({ kind: 'heartbeat', to: 2, term: 2, round: 1, commit: at(2, 2) }),
      send({ kind: 'heartbeat', to: 3, term: 2, round: 1, commit: at(1, 2) }),
    ]);
  });

  it('away from a disk that fails, and at once', () => {
    assert.deepEqual(subject.give(aLeader(), { kind: 'storageFailed' }), [
      send({ kind: 'timeoutNow', to: 2, term: 2 }),
      became('halted', 2),
    ]);
  });
});

describe('transfer: TimeoutNow', () => {
  const now = { kind: 'timeoutNow', from: 2, term: 1 } as const;
  const snapshot = { ...at(5, 1), configuration: cluster(), configurationIndex: 4 };

  it('campaigns at once, without asking first, past every lease', () => {
    assert.deepEqual(subject.receive(aFollower(), now), [
      persist(1, 2, at(0, 0), {
        hardState: { term: 2, vote: 1 },
        thenSend: [
          message({ kind: 'vote', to: 2, term: 2, last: at(0, 0), transfer: true }),
          message({ kind: 'vote', to: 3, term: 2, last: at(0, 0), transfer: true }),
        ],
      }),
      became('candidate', 2),
    ]);
  });

  it('of another than the leader of the term is no leader’s wish', () => {
    assert.deepEqual(subject.receive(aFollower(), { ...now, term: 0 }), [
      send({ kind: 'appendRejected', to: 2, term: 1, previous: 0, hint: at(0, 0), last: 0 }),
    ]);
  });

  it('is not for learners', () => {
    assert.deepEqual(
      subject.receive(
        aFollower({ configuration: cluster({ voters: [2, 3], learners: [1] }) }),
        now,
      ),
      [],
    );
  });

  it('is not for who is installing a snapshot', () => {
    const follower = aFollower();
    subject.receive(follower, { kind: 'snapshot', from: 2, term: 1, snapshot });
    assert.deepEqual(subject.receive(follower, now), []);
  });

  it('of a later term comes from the leader of that term', () => {
    assert.deepEqual(subject.receive(aFollower(), { ...now, from: 3, term: 4 }), [
      persist(1, 5, at(0, 0), {
        hardState: { term: 5, vote: 1 },
        thenSend: [
          message({ kind: 'vote', to: 2, term: 5, last: at(0, 0), transfer: true }),
          message({ kind: 'vote', to: 3, term: 5, last: at(0, 0), transfer: true }),
        ],
      }),
      became('candidate', 5),
    ]);
  });
});
