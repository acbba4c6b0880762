import assert from 'node:assert/strict';
import type { Change } from './configuration.ts';
import { became, commit, message, persist, refuse, send } from '../testing/expected.ts';
import type { Plain } from '../testing/plain.ts';
import * as subject from '../testing/subject.ts';
import { aCandidate, aFollower, aLeader, aNewLeader } from '../testing/subject.ts';
import { at, cluster, command, configured, noop } from '../testing/value.ts';

const add = { kind: 'add', directory: 'd4', priority: 0 } as const;
const REPLACE = [
  { kind: 'remove', id: 3 },
  { kind: 'promote', id: 4 },
] as const;
const change = (expected: number, ...changes: readonly Plain<Change>[]) =>
  ({ kind: 'change', context: 9, expected, changes }) as const;

const WITH_LEARNER = cluster({ learners: [4] });
const REPLACING = cluster({ voters: [1, 2, 4], leaving: [3], outgoing: [1, 2, 3] });
const REPLACED = cluster({ voters: [1, 2, 4] });
const WITHOUT_1 = cluster({ voters: [2, 3], leaving: [1], outgoing: [1, 2, 3] });

describe('membership: one change', () => {
  it('that leaves the voters alone is one entry, in force and sent at once', () => {
    const CONF = WITH_LEARNER;
    assert.deepEqual(subject.give(aLeader(), change(0, add)), [
      persist(3, 2, at(2, 2), { entries: [configured(2, 2, CONF)] }),
      { kind: 'changeAccepted', context: 9, index: 2, term: 2 },
      send({
        kind: 'append',
        to: 2,
        term: 2,
        previous: at(1, 2),
        entries: [configured(2, 2, CONF)],
        commit: 1,
      }),
      send({
        kind: 'append',
        to: 3,
        term: 2,
        previous: at(1, 2),
        entries: [configured(2, 2, CONF)],
        commit: 1,
      }),
    ]);
  });

  it('a new member is spoken to once the change that brings it is committed', () => {
    const leader = aLeader();
    subject.give(leader, change(0, add));
    subject.persisted(leader);
    const CONF = WITH_LEARNER;
    assert.deepEqual(subject.accepted(leader, 2), [
      send({ kind: 'append', to: 4, term: 2, previous: at(2, 2), entries: [], commit: 2 }),
      commit(configured(2, 2, CONF)),
    ]);
    assert.deepEqual(subject.wait(leader, 0), [
      send({ kind: 'heartbeat', to: 2, term: 2, round: 1, commit: at(2, 2) }),
      send({ kind: 'heartbeat', to: 3, term: 2, round: 1, commit: at(1, 2) }),
      send({ kind: 'heartbeat', to: 4, term: 2, round: 1, commit: at(0, 0) }),
    ]);
  });

  it('a leader that finds an uncommitted new member in its log does not speak to it either', () => {
    const leader = aCandidate({ log: [configured(1, 1, WITH_LEARNER)] });
    subject.persisted(leader);
    const won = subject.receive(leader, { kind: 'voteReply', from: 2, term: 2, granted: true });
    assert.deepEqual(
      won.filter((effect) => effect.kind === 'send').map(({ message: { to } }) => to),
      [2, 3],
    );
    subject.persisted(leader);
    const told = subject.accepted(leader, 2);
    assert.deepEqual(
      told.filter((effect) => effect.kind === 'send').map(({ message: { to } }) => to),
      [4],
    );
  });

  it('of voters is a joint configuration first', () => {
    const CONF = REPLACING;
    assert.deepEqual(
      subject.give(aLeader({ configuration: WITH_LEARNER }), change(0, ...REPLACE)),
      [
        persist(3, 2, at(2, 2), { entries: [configured(2, 2, CONF)] }),
        { kind: 'changeAccepted', context: 9, index: 2, term: 2 },
        send({
          kind: 'append',
          to: 2,
          term: 2,
          previous: at(1, 2),
          entries: [configured(2, 2, CONF)],
          commit: 1,
        }),
        send({
          kind: 'append',
          to: 3,
          term: 2,
          previous: at(1, 2),
          entries: [configured(2, 2, CONF)],
          commit: 1,
        }),
        send({
          kind: 'append',
          to: 4,
          term: 2,
          previous: at(1, 2),
          entries: [configured(2, 2, CONF)],
          commit: 1,
        }),
      ],
    );
  });

  it('the joint one is committed by both majorities, and left at once', () => {
    const CONF = REPLACED;
    const leader = aLeader({ configuration: WITH_LEARNER });
    subject.give(leader, change(0, ...REPLACE));
    subject.persisted(leader);
    assert.deepEqual(subject.accepted(leader, 4), []);
    assert.deepEqual(subject.accepted(leader, 2), [
      persist(4, 2, at(3, 2), { entries: [configured(3, 2, CONF)] }),
      send({
        kind: 'append',
        to: 2,
        term: 2,
        previous: at(2, 2),
        entries: [configured(3, 2, CONF)],
        commit: 2,
      }),
      send({
        kind: 'append',
        to: 4,
        term: 2,
        previous: at(2, 2),
        entries: [configured(3, 2, CONF)],
        commit: 2,
      }),
      commit(configured(2, 2, REPLACING)),
    ]);
  });

  it('both of its entries are handed out when committed', () => {
    const leader = aLeader({ configuration: WITH_LEARNER });
    subject.give(leader, change(0, ...REPLACE));
    subject.persisted(leader);
    subject.accepted(leader, 4);
    subject.accepted(leader, 2);
    subject.persisted(leader);
    const CONF = REPLACED;
    assert.deepEqual(subject.accepted(leader, 4), [commit(configured(3, 2, CONF))]);
  });

  it('that changes nothing is accepted where the present configuration stands', () => {
    assert.deepEqual(
      subject.give(aLeader(), change(0, { kind: 'prioritize', id: 2, priority: 0 })),
      [{ kind: 'changeAccepted', context: 9, index: 0, term: 2 }],
    );
  });

  it('an uncommitted joint configuration of an earlier leader is finished by the next', () => {
    const leader = aNewLeader({ configuration: WITH_LEARNER, log: [configured(1, 1, REPLACING)] });
    subject.persisted(leader);
    subject.accepted(leader, 4);
    const CONF = REPLACED;
    assert.deepEqual(subject.accepted(leader, 2), [
      persist(3, 2, at(3, 2), { entries: [configured(3, 2, CONF)] }),
      send({
        kind: 'append',
        to: 2,
        term: 2,
        previous: at(2, 2),
        entries: [configured(3, 2, CONF)],
        commit: 2,
      }),
      send({
        kind: 'append',
        to: 4,
        term: 2,
        previous: at(2, 2),
        entries: [configured(3, 2, CONF)],
        commit: 2,
      }),
      commit(configured(1, 1, REPLACING), noop(2, 2)),
    ]);
  });
});

describe('membership: refusals', () => {
  it('of a change decided on another configuration', () => {
    const leader = aLeader();
    subject.give(leader, change(0, add));
    subject.persisted(leader);
    subject.accepted(leader, 2);
    assert.deepEqual(subject.give(leader, change(0, { kind: 'promote', id: 4 })), [
      refuse('change', 9, { reason: 'configurationMoved', expected: 0, actual: 2 }),
    ]);
    assert.equal(
      subject.give(leader, change(2, { kind: 'promote', id: 4 })).at(0)?.kind,
      'persist',
    );
  });

  it('of a change while another is on its way', () => {
    const leader = aLeader();
    subject.give(leader, change(0, add));
    assert.deepEqual(subject.give(leader, change(2, { kind: 'promote', id: 4 })), [
      refuse('change', 9, { reason: 'changeInFlight', index: 2 }),
    ]);
  });

  it('of a change while a joint configuration is in force', () => {
    const leader = aLeader();
    subject.give(leader, change(0, { kind: 'remove', id: 3 }));
    assert.deepEqual(subject.give(leader, change(2, add)), [
      refuse('change', 9, { reason: 'changeInFlight', index: 2 }),
    ]);
  });

  it('of a change before the term has committed something', () => {
    assert.deepEqual(subject.give(aNewLeader(), change(0, add)), [
      refuse('change', 9, { reason: 'termNotCommitted', index: 1 }),
    ]);
  });

  it('of a change that is not possible, with the problem', () => {
    assert.deepEqual(subject.give(aLeader(), change(0, { kind: 'promote', id: 7 })), [
      refuse('change', 9, { reason: 'invalidChange', problem: 'There is no member 7.' }),
    ]);
  });

  it('of a change while leadership is on its way to another voter', () => {
    const leader = aLeader();
    subject.give(leader, { kind: 'transfer', context: 1, to: 3 });
    assert.deepEqual(subject.give(leader, change(0, add)), [
      refuse('change', 9, { reason: 'transferring', to: 3 }),
    ]);
  });

  it('of a change asked of others than the leader', () => {
    assert.deepEqual(subject.give(aFollower(), change(0)), [
      refuse('change', 9, { reason: 'notLeader', leader: 2 }),
    ]);
    assert.deepEqual(subject.give(aFollower({ leader: undefined }), change(0)), [
      refuse('change', 9, { reason: 'notLeader', leader: undefined }),
    ]);
    assert.deepEqual(subject.give(aCandidate(), change(0)), [
      refuse('change', 9, { reason: 'notLeader', leader: undefined }),
    ]);
  });
});

describe('membership: who goes', () => {
  it('the leader leads the joint phase to its end, hands over, and falls silent', () => {
    const leader = aLeader();
    subject.give(leader, change(0, { kind: 'remove', id: 1 }));
    subject.persisted(leader);
    subject.accepted(leader, 2);
    subject.accepted(leader, 3);
    subject.persisted(leader);
    const CONF = cluster({ voters: [2, 3] });
    assert.deepEqual(subject.accepted(leader, 2), []);
    assert.deepEqual(subject.accepted(leader, 3), [
      send({ kind: 'committed', to: 2, term: 2, commit: at(3, 2) }),
      send({ kind: 'committed', to: 3, term: 2, commit: at(3, 2) }),
      send({ kind: 'timeoutNow', to: 2, term: 2 }),
      commit(configured(3, 2, CONF)),
      became('removed', 2),
    ]);
    assert.deepEqual(subject.wait(leader, 10_000), []);
  });

  it('without its own vote: the quorum is among those that stay', () => {
    const leader = aLeader();
    subject.give(leader, change(0, { kind: 'remove', id: 1 }));
    subject.persisted(leader);
    subject.accepted(leader, 2);
    subject.accepted(leader, 3);
    subject.persisted(leader);
    subject.accepted(leader, 2);
    assert.equal(subject.extent(leader).commit, 2);
  });

  it('a leader that becomes a learner hands over and follows', () => {
    const leader = aLeader();
    subject.give(leader, change(0, { kind: 'demote', id: 1 }));
    subject.persisted(leader);
    subject.accepted(leader, 2);
    subject.accepted(leader, 3);
    subject.persisted(leader);
    subject.accepted(leader, 2);
    const CONF = cluster({ voters: [2, 3], learners: [1] });
    assert.deepEqual(subject.accepted(leader, 3), [
      send({ kind: 'committed', to: 2, term: 2, commit: at(3, 2) }),
      send({ kind: 'committed', to: 3, term: 2, commit: at(3, 2) }),
      send({ kind: 'timeoutNow', to: 2, term: 2 }),
      commit(configured(3, 2, CONF)),
      became('follower', 2),
    ]);
  });

  it('a member that goes gets nothing more once the joint phase is left', () => {
    const leader = aLeader();
    subject.give(leader, change(0, { kind: 'remove', id: 3 }));
    subject.persisted(leader);
    subject.accepted(leader, 2);
    assert.deepEqual(subject.proposed(leader, 7, 'a'), [
      persist(5, 2, at(4, 2), { entries: [command(4, 2, 'a')] }),
      { kind: 'accepted', context: 7, offset: 0, first: 4, count: 1, term: 2 },
      send({
        kind: 'append',
        to: 2,
        term: 2,
        previous: at(3, 2),
        entries: [command(4, 2, 'a')],
        commit: 2,
      }),
    ]);
  });

  it('a follower that applies its removal falls silent', () => {
    const follower = aFollower();
    subject.receive(follower, {
      kind: 'append',
      from: 2,
      term: 1,
      previous: at(0, 0),
      entries: [configured(1, 1, WITHOUT_1), configured(2, 1, cluster({ voters: [2, 3] }))],
      commit: 1,
    });
    assert.deepEqual(
      subject.receive(follower, { kind: 'committed', from: 2, term: 1, commit: at(2, 1) }),
      [became('removed', 1)],
    );
    assert.deepEqual(subject.wait(follower, 10_000), []);
  });

  it('a member that is told of its removal falls silent', () => {
    assert.deepEqual(subject.receive(aCandidate(), { kind: 'removed', from: 2, term: 1 }), [
      became('removed', 2),
    ]);
  });

  it('a leaving member is no removed one: it still votes', () => {
    const follower = aFollower({ configuration: WITHOUT_1, leader: undefined });
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
});
