import assert from 'node:assert/strict';
import { InvariantError } from '../invariant.ts';
import { became, commit, message, persist, send } from '../testing/expected.ts';
import * as subject from '../testing/subject.ts';
import { aCandidate, aFollower, aLeader, aPreCandidate, aStart } from '../testing/subject.ts';
import { at, cluster, command, configured, logOf, noop } from '../testing/value.ts';

const append = {
  kind: 'append',
  from: 2,
  term: 1,
  previous: at(0, 0),
  entries: [],
  commit: 0,
} as const;
const heartbeat = { kind: 'heartbeat', from: 2, term: 1, round: 7, commit: at(0, 0) } as const;
const CONF = cluster({ voters: [1, 2, 4], next: 9 });
const snapshot = { index: 5, term: 1, configuration: CONF, configurationIndex: 4 };

describe('following: appends', () => {
  it('new entries are acknowledged once they are on disk', () => {
    assert.deepEqual(
      subject.receive(aFollower(), { ...append, entries: [noop(1, 1), command(2, 1, 'a')] }),
      [
        persist(1, 1, at(2, 1), {
          entries: [noop(1, 1), command(2, 1, 'a')],
          thenSend: [message({ kind: 'appendAccepted', to: 2, term: 1, match: 2 })],
        }),
      ],
    );
  });

  it('entries it has already are acknowledged behind the writes before, and not written again', () => {
    const follower = aFollower();
    subject.receive(follower, { ...append, entries: [noop(1, 1)] });
    assert.deepEqual(subject.receive(follower, { ...append, entries: [noop(1, 1)] }), [
      persist(2, 1, at(1, 1), {
        thenSend: [message({ kind: 'appendAccepted', to: 2, term: 1, match: 1 })],
      }),
    ]);
  });

  it('an append without entries is answered with where the logs agree', () => {
    assert.deepEqual(
      subject.receive(aFollower({ log: logOf([1, 1, 1]) }), { ...append, previous: at(2, 1) }),
      [
        persist(1, 1, at(3, 1), {
          thenSend: [message({ kind: 'appendAccepted', to: 2, term: 1, match: 2 })],
        }),
      ],
    );
  });

  it('a gap is refused, with the end of the log', () => {
    const follower = aFollower({ log: logOf([1, 1]) });
    assert.deepEqual(
      subject.receive(follower, { ...append, previous: at(7, 1), entries: [command(8, 1)] }),
      [send({ kind: 'appendRejected', to: 2, term: 1, previous: 7, hint: at(2, 1), last: 2 })],
    );
  });

  it('a conflict before the entries is refused, with the last position that may still match', () => {
    const follower = aFollower({ term: 5, log: logOf([1, 1, 3, 3, 3]) });
    assert.deepEqual(subject.receive(follower, { ...append, term: 5, previous: at(5, 4) }), [
      send({ kind: 'appendRejected', to: 2, term: 5, previous: 5, hint: at(5, 3), last: 5 }),
    ]);
    assert.deepEqual(subject.receive(follower, { ...append, term: 5, previous: at(5, 2) }), [
      send({ kind: 'appendRejected', to: 2, term: 5, previous: 5, hint: at(2, 1), last: 5 }),
    ]);
  });

  it('a conflict among the entries is replaced, from the first entry that differs', () => {
    const follower = aFollower({ term: 3, log: logOf([1, 1, 1, 1]) });
    assert.deepEqual(
      subject.receive(follower, {
        ...append,
        term: 3,
        previous: at(1, 1),
        entries: [command(2, 1), command(3, 2)],
      }),
      [
        persist(1, 3, at(3, 2), {
          entries: [command(3, 2)],
          thenSend: [message({ kind: 'appendAccepted', to: 2, term: 3, match: 3 })],
        }),
      ],
    );
    assert.deepEqual(subject.extent(follower), { last: 3, stable: 2, commit: 0, applied: 0 });
  });

  it('a late append does not shorten the log', () => {
    const follower = aFollower({ log: logOf([1, 1, 1]) });
    assert.deepEqual(subject.receive(follower, { ...append, entries: [command(1, 1)] }), [
      persist(1, 1, at(3, 1), {
        thenSend: [message({ kind: 'appendAccepted', to: 2, term: 1, match: 1 })],
      }),
    ]);
  });

  it('an append that ends before what is committed is answered with the commit index', () => {
    const follower = aFollower({ log: logOf([1, 1, 1]) });
    subject.receive(follower, { ...append, previous: at(3, 1), commit: 3 });
    assert.deepEqual(
      subject.receive(follower, { ...append, previous: at(1, 1), entries: [command(2, 1)] }),
      [
        persist(2, 1, at(3, 1), {
          thenSend: [message({ kind: 'appendAccepted', to: 2, term: 1, match: 3 })],
        }),
      ],
    );
  });

  it('a committed entry is never replaced', () => {
    const follower = aFollower({ term: 2, log: logOf([1, 1]) });
    subject.receive(follower, { ...append, term: 2, previous: at(1, 1), commit: 1 });
    subject.receive(follower, { ...append, term: 2, previous: at(2, 1), commit: 2 });
    assert.deepEqual(
      subject.receive(follower, {
        ...append,
        term: 2,
        previous: at(1, 1),
        entries: [command(2, 2)],
      }).length,
      1,
      'behind what is committed nothing is looked at',
    );
    assert.equal(subject.extent(follower).last, 2);
  });

  it('a commit index beyond what the append has shown counts as far as it has', () => {
    const follower = aFollower({ log: logOf([1, 1, 1]) });
    assert.deepEqual(
      subject.receive(follower, {
        ...append,
        previous: at(1, 1),
        entries: [command(2, 1)],
        commit: 3,
      }),
      [
        persist(1, 1, at(3, 1), {
          thenSend: [message({ kind: 'appendAccepted', to: 2, term: 1, match: 2 })],
        }),
        commit(command(1, 1), command(2, 1)),
      ],
    );
  });

  it('is applied only once it is on its own disk', () => {
    const follower = aFollower();
    assert.deepEqual(
      subject.receive(follower, { ...append, entries: [noop(1, 1), command(2, 1)], commit: 1 }),
      [
        persist(1, 1, at(2, 1), {
          entries: [noop(1, 1), command(2, 1)],
          thenSend: [message({ kind: 'appendAccepted', to: 2, term: 1, match: 2 })],
        }),
      ],
    );
    assert.deepEqual(subject.persisted(follower), [commit(noop(1, 1))]);
    assert.deepEqual(
      subject.receive(follower, { kind: 'committed', from: 2, term: 1, commit: at(2, 1) }),
      [commit(command(2, 1))],
    );
  });

  it('a configuration is in force from the moment it is appended, and falls with its entry', () => {
    const follower = aFollower({ term: 2, leader: undefined });
    subject.receive(follower, { ...append, from: 3, term: 2, entries: [configured(1, 2, CONF)] });
    assert.deepEqual(subject.others(follower), [2, 4]);
    subject.receive(follower, { ...append, term: 3, entries: [noop(1, 3)] });
    assert.deepEqual(subject.others(follower), [2, 3]);
  });

  it('a term adopted with an append is written with its entries', () => {
    assert.deepEqual(
      subject.receive(aFollower(), { ...append, from: 3, term: 4, entries: [noop(1, 4)] }),
      [
        persist(1, 4, at(1, 4), {
          hardState: { term: 4, vote: undefined },
          entries: [noop(1, 4)],
          thenSend: [message({ kind: 'appendAccepted', to: 3, term: 4, match: 1 })],
        }),
        became('follower', 4, 3),
      ],
    );
  });

  it('appends of an earlier term are refused with the present one', () => {
    assert.deepEqual(
      subject.receive(aFollower({ term: 3, log: logOf([1, 1]) }), { ...append, term: 2 }),
      [send({ kind: 'appendRejected', to: 2, term: 3, previous: 0, hint: at(0, 0), last: 2 })],
    );
  });
});

describe('following: commits', () => {
  it('what the leader names is committed if the log has that very entry', () => {
    const follower = aFollower({ log: logOf([1, 1]) });
    assert.deepEqual(
      subject.receive(follower, { kind: 'committed', from: 2, term: 1, commit: at(1, 1) }),
      [commit(command(1, 1))],
    );
  });

  it('what is not there, or another entry, is not committed', () => {
    const follower = aFollower({ term: 3, log: logOf([1, 1]) });
    assert.deepEqual(
      subject.receive(follower, { kind: 'committed', from: 2, term: 3, commit: at(3, 3) }),
      [],
    );
    assert.deepEqual(
      subject.receive(follower, { kind: 'committed', from: 2, term: 3, commit: at(2, 2) }),
      [],
    );
    assert.deepEqual(subject.receive(follower, { ...heartbeat, term: 3, commit: at(2, 2) }), [
      send({
        kind: 'heartbeatReply',
        to: 2,
        term: 3,
        round: 7,
        lease: false,
        last: 2,
        spaceLow: false,
      }),
    ]);
    assert.equal(subject.extent(follower).commit, 0);
  });

  it('nothing is handed out twice', () => {
    const follower = aFollower({ log: logOf([1, 1]) });
    subject.receive(follower, { kind: 'committed', from: 2, term: 1, commit: at(2, 1) });
    assert.deepEqual(
      subject.receive(follower, { kind: 'committed', from: 2, term: 1, commit: at(2, 1) }),
      [],
    );
    assert.deepEqual(
      subject.receive(follower, { kind: 'committed', from: 2, term: 1, commit: at(1, 1) }),
      [],
    );
  });
});

describe('following: heartbeats', () => {
  it('are answered at once with the round, the end of the log and the state of the disk', () => {
    const follower = aFollower({ log: logOf([1, 1]) });
    subject.give(follower, { kind: 'storageSpace', low: true });
    assert.deepEqual(subject.receive(follower, heartbeat), [
      send({
        kind: 'heartbeatReply',
        to: 2,
        term: 1,
        round: 7,
        lease: false,
        last: 2,
        spaceLow: true,
      }),
    ]);
  });

  it('carry what is committed', () => {
    assert.deepEqual(
      subject.receive(aFollower({ log: logOf([1, 1]) }), { ...heartbeat, commit: at(2, 1) }),
      [
        send({
          kind: 'heartbeatReply',
          to: 2,
          term: 1,
          round: 7,
          lease: false,
          last: 2,
          spaceLow: false,
        }),
        commit(command(1, 1), command(2, 1)),
      ],
    );
  });

  it('end every other ambition in their term', () => {
    assert.deepEqual(subject.receive(aCandidate(), { ...heartbeat, term: 2 }), [
      send({
        kind: 'heartbeatReply',
        to: 2,
        term: 2,
        round: 7,
        lease: false,
        last: 0,
        spaceLow: false,
      }),
      became('follower', 2, 2),
    ]);
    assert.deepEqual(subject.receive(aPreCandidate(), heartbeat), [
      send({
        kind: 'heartbeatReply',
        to: 2,
        term: 1,
        round: 7,
        lease: false,
        last: 0,
        spaceLow: false,
      }),
      became('follower', 1, 2),
    ]);
    assert.deepEqual(subject.receive(aLeader(), { ...heartbeat, term: 3 }), [
      persist(3, 3, at(1, 2), { hardState: { term: 3, vote: undefined } }),
      send({
        kind: 'heartbeatReply',
        to: 2,
        term: 3,
        round: 7,
        lease: false,
        last: 1,
        spaceLow: false,
      }),
      became('follower', 3, 2),
    ]);
  });

  it('put off the next campaign', () => {
    const follower = aFollower();
    for (let round = 1; round < 20; round++) {
      follower.nowMs += 500;
      subject.hearFrom(follower, 2, round);
      assert.deepEqual(subject.wait(follower, 400), []);
    }
  });

  it('of two leaders in one term break the most important invariant', () => {
    const follower = aFollower();
    assert.throws(
      () => subject.hearFrom(follower, 3),
      new InvariantError('a term has one leader', { term: 1, one: 2, other: 3 }),
    );
    assert.throws(
      () => subject.hearFrom(aLeader(), 3),
      new InvariantError('a term has one leader', { term: 2, one: 1, other: 3 }),
    );
  });
});

describe('following: promises to a leader that may hold a lease', () => {
  const lease = cluster({ trust: 'lease' });
  const ask = { kind: 'vote', from: 3, term: 2, last: at(9, 2), transfer: false } as const;
  const isVoting = (of: subject.Subject): boolean => subject.receive(of, ask).length > 0;

  /** Past what every start under leases promises. */
  function aSubject(): subject.Subject {
    const follower = aStart({ configuration: lease });
    follower.nowMs = 5_000;
    return follower;
  }

  it('are given with the answer to a heartbeat', () => {
    const follower = aSubject();
    assert.deepEqual(subject.receive(follower, heartbeat), [
      send({
        kind: 'heartbeatReply',
        to: 2,
        term: 1,
        round: 7,
        lease: true,
        last: 0,
        spaceLow: false,
      }),
      became('follower', 1, 2),
    ]);
  });

  it('are kept for an election timeout, and no longer', () => {
    const follower = aSubject();
    subject.hearFrom(follower, 2);
    follower.nowMs += 999;
    assert.equal(isVoting(follower), false);
    follower.nowMs += 1;
    assert.equal(isVoting(follower), true);
  });

  it('are kept although the role changes', () => {
    const follower = aSubject();
    subject.hearFrom(follower, 2);
    assert.deepEqual(
      subject.receive(follower, { kind: 'readRequest', from: 3, term: 2, context: 1 }),
      [persist(1, 2, at(0, 0), { hardState: { term: 2, vote: undefined } }), became('follower', 2)],
    );
    assert.deepEqual(subject.standing(follower), { role: 'follower', term: 2, leader: undefined });
    assert.deepEqual(subject.receive(follower, { ...ask, term: 3 }), []);
    assert.deepEqual(subject.receive(follower, { ...ask, kind: 'preVote', term: 3 }), [
      send({ kind: 'preVoteReply', to: 3, term: 2, granted: false }),
    ]);
  });

  it('are kept although the configuration changes', () => {
    const follower = aSubject();
    subject.hearFrom(follower, 2);
    subject.receive(follower, { ...append, entries: [configured(1, 1, cluster())] });
    assert.deepEqual(subject.receive(follower, ask), []);
  });

  it('keep the one who gave them from campaigning too, although early campaigning is trusted by now', () => {
    const follower = aSubject();
    subject.hearFrom(follower, 2);
    subject.receive(follower, { ...append, entries: [configured(1, 1, cluster())] });
    subject.give(follower, { kind: 'peer', member: 2, reachable: false });
    assert.deepEqual(subject.wait(follower, 50), [became('follower', 1)]);
  });

  it('are given anew at every start, for what was promised before is forgotten', () => {
    const follower = aStart({ configuration: lease });
    follower.nowMs = 999;
    assert.deepEqual(subject.receive(follower, ask), [became('follower', 1)]);
    follower.nowMs = 1_000;
    assert.equal(isVoting(follower), true);
  });

  it('are not given at a start under another trust', () => {
    for (const trust of ['earlyCampaign', 'neither'] as const)
      assert.equal(isVoting(aStart({ configuration: cluster({ trust }) })), true);
  });

  it('end when the leader asks for an election', () => {
    const follower = aSubject();
    subject.hearFrom(follower, 2);
    assert.deepEqual(subject.receive(follower, { kind: 'timeoutNow', from: 2, term: 1 }), [
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

  it('do not stand against an election that the leader asked for', () => {
    const follower = aSubject();
    subject.hearFrom(follower, 2);
    assert.equal(subject.receive(follower, { ...ask, transfer: true }).length > 0, true);
  });

  it('are given only once the configuration that asks for them is on disk', () => {
    const follower = aFollower({ configuration: cluster({ trust: 'neither' }) });
    subject.receive(follower, { ...append, entries: [configured(1, 1, lease)] });
    assert.deepEqual(subject.receive(follower, heartbeat), [
      send({
        kind: 'heartbeatReply',
        to: 2,
        term: 1,
        round: 7,
        lease: false,
        last: 1,
        spaceLow: false,
      }),
    ]);
    subject.persisted(follower);
    assert.deepEqual(subject.receive(follower, heartbeat), [
      send({
        kind: 'heartbeatReply',
        to: 2,
        term: 1,
        round: 7,
        lease: true,
        last: 1,
        spaceLow: false,
      }),
    ]);
  });
});

describe('following: promises that a crash would forget', () => {
  const lease = cluster({ trust: 'lease' });
  type Incoming = Parameters<typeof subject.receive>[1];
  const isPromised = (follower: subject.Subject, message: Incoming = heartbeat): boolean =>
    subject
      .receive(follower, message)
      .some(
        (effect) => effect.kind === 'send' && 'lease' in effect.message && effect.message.lease,
      );

  it('are not given while the disk still shows a configuration that was cut off', () => {
    const follower = aStart({ configuration: lease });
    subject.receive(follower, { ...append, entries: [configured(1, 1, cluster())] });
    subject.persisted(follower);
    assert.equal(isPromised(follower), false);
    subject.receive(follower, { ...append, from: 3, term: 2, entries: [noop(1, 2)] });
    const next = { ...heartbeat, from: 3, term: 2 };
    assert.equal(isPromised(follower, next), false);
    subject.persisted(follower);
    assert.equal(isPromised(follower, next), true);
  });

  it('are not given while a snapshot, of whatever configuration, is being installed', () => {
    const follower = aStart({ configuration: lease });
    assert.equal(isPromised(follower), true);
    subject.receive(follower, { kind: 'snapshot', from: 2, term: 1, snapshot });
    assert.equal(isPromised(follower), false);
    subject.give(follower, { kind: 'installed', index: 5, done: false });
    assert.equal(isPromised(follower), true);
  });

  it('are given while other writes are under way', () => {
    const follower = aStart({ configuration: lease });
    subject.receive(follower, { ...append, entries: [command(1, 1)] });
    assert.equal(isPromised(follower), true);
  });
});
