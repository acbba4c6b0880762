import assert from 'node:assert/strict';
import { InvariantError } from '../invariant.ts';
import { commit, persist, send } from '../testing/expected.ts';
import * as subject from '../testing/subject.ts';
import { aFollower, aLeader, aNewLeader, aCandidate } from '../testing/subject.ts';
import { at, cluster, command, logOf, noop } from '../testing/value.ts';

const rejected = { kind: 'appendRejected', from: 2, term: 2 } as const;

/** Member 2 may have one entry of two bytes per message, and two messages in flight. */
const narrow = { appendBytesMax: 34, inflightMessagesMax: 2, inflightBytesMax: 1_000 };

/** Nothing of what is applied stays in memory. */
const forgetful = { cacheBytesMax: 1 };

describe('replication: probing', () => {
  it('one message at a time, until the member says where it stands', () => {
    const leader = aNewLeader();
    assert.deepEqual(subject.proposed(leader, 7, 'a'), [
      persist(3, 2, at(2, 2), { entries: [command(2, 2, 'a')] }),
      { kind: 'accepted', context: 7, offset: 0, first: 2, count: 1, term: 2 },
    ]);
  });

  it('an acceptance opens the window: all that is missing follows', () => {
    const leader = aNewLeader();
    subject.proposed(leader, 7, 'a');
    assert.deepEqual(subject.accepted(leader, 2, 1), [
      send({
        kind: 'append',
        to: 2,
        term: 2,
        previous: at(1, 2),
        entries: [command(2, 2, 'a')],
        commit: 0,
      }),
    ]);
  });

  it('a refusal: tries again where the logs may agree', () => {
    const leader = aNewLeader({ log: logOf([1, 1, 1]) });
    assert.deepEqual(
      subject.receive(leader, { ...rejected, previous: 3, hint: at(1, 1), last: 1 }),
      [
        send({
          kind: 'append',
          to: 2,
          term: 2,
          previous: at(1, 1),
          entries: [command(2, 1), command(3, 1), noop(4, 2)],
          commit: 0,
        }),
      ],
    );
  });

  it('a refusal whose hint is of a term the leader has less of skips that whole term', () => {
    const leader = aNewLeader({ term: 6, log: logOf([1, 1, 4, 4, 6]) });
    assert.deepEqual(
      subject.receive(leader, { ...rejected, term: 7, previous: 5, hint: at(5, 5), last: 5 }),
      [
        send({
          kind: 'append',
          to: 2,
          term: 7,
          previous: at(4, 4),
          entries: [command(5, 6), noop(6, 7)],
          commit: 0,
        }),
      ],
    );
    assert.deepEqual(
      subject.receive(leader, { ...rejected, term: 7, previous: 4, hint: at(4, 3), last: 5 }),
      [
        send({
          kind: 'append',
          to: 2,
          term: 7,
          previous: at(2, 1),
          entries: [command(3, 4), command(4, 4), command(5, 6), noop(6, 7)],
          commit: 0,
        }),
      ],
    );
  });

  it('a refusal of nothing that agrees: starts at the beginning', () => {
    const leader = aNewLeader({ log: logOf([1, 1]) });
    assert.deepEqual(
      subject.receive(leader, { ...rejected, previous: 2, hint: at(0, 0), last: 0 }),
      [
        send({
          kind: 'append',
          to: 2,
          term: 2,
          previous: at(0, 0),
          entries: [command(1, 1), command(2, 1), noop(3, 2)],
          commit: 0,
        }),
      ],
    );
  });

  it('a refusal of another message is a late one', () => {
    const leader = aNewLeader({ log: logOf([1, 1]) });
    assert.deepEqual(
      subject.receive(leader, { ...rejected, previous: 1, hint: at(0, 0), last: 0 }),
      [],
    );
  });

  it('a lost message is sent again when a heartbeat is answered', () => {
    const leader = aNewLeader();
    assert.deepEqual(subject.wait(leader, 0), [
      send({ kind: 'heartbeat', to: 2, term: 2, round: 1, commit: at(0, 0) }),
      send({ kind: 'heartbeat', to: 3, term: 2, round: 1, commit: at(0, 0) }),
    ]);
    assert.deepEqual(subject.answered(leader, 2, 1, { last: 0 }), [
      send({
        kind: 'append',
        to: 2,
        term: 2,
        previous: at(0, 0),
        entries: [noop(1, 2)],
        commit: 0,
      }),
    ]);
  });

  it('answers of whom the configuration does not name are ignored', () => {
    assert.deepEqual(
      subject.receive(aLeader(), { ...rejected, from: 9, previous: 1, hint: at(0, 0), last: 0 }),
      [],
    );
    assert.deepEqual(subject.accepted(aLeader(), 9), []);
    assert.deepEqual(subject.answered(aLeader(), 9, 1), []);
  });

  it('answers that reach no leader are ignored', () => {
    for (const other of [aFollower({ term: 2 }), aCandidate()]) {
      assert.deepEqual(
        subject.receive(other, { ...rejected, previous: 1, hint: at(0, 0), last: 0 }),
        [],
      );
      assert.deepEqual(subject.accepted(other, 2, 0), []);
      assert.deepEqual(subject.answered(other, 2, 1), []);
    }
  });
});

describe('replication: replicating', () => {
  it('as many messages as the window holds, each of the bytes it may have', () => {
    const leader = aLeader({ options: narrow });
    assert.deepEqual(subject.proposed(leader, 7, 'aa', 'bb', 'cc'), [
      persist(3, 2, at(4, 2), {
        entries: [command(2, 2, 'aa'), command(3, 2, 'bb'), command(4, 2, 'cc')],
      }),
      { kind: 'accepted', context: 7, offset: 0, first: 2, count: 3, term: 2 },
      send({
        kind: 'append',
        to: 2,
        term: 2,
        previous: at(1, 2),
        entries: [command(2, 2, 'aa')],
        commit: 1,
      }),
      send({
        kind: 'append',
        to: 2,
        term: 2,
        previous: at(2, 2),
        entries: [command(3, 2, 'bb')],
        commit: 1,
      }),
      send({
        kind: 'append',
        to: 3,
        term: 2,
        previous: at(1, 2),
        entries: [command(2, 2, 'aa')],
        commit: 1,
      }),
      send({
        kind: 'append',
        to: 3,
        term: 2,
        previous: at(2, 2),
        entries: [command(3, 2, 'bb')],
        commit: 1,
      }),
    ]);
    assert.deepEqual(subject.accepted(leader, 2, 2), [
      send({
        kind: 'append',
        to: 2,
        term: 2,
        previous: at(3, 2),
        entries: [command(4, 2, 'cc')],
        commit: 1,
      }),
    ]);
  });

  it('an entry larger than a message travels alone', () => {
    const leader = aLeader({ options: narrow });
    assert.deepEqual(subject.proposed(leader, 7, 'much too large'), [
      persist(3, 2, at(2, 2), { entries: [command(2, 2, 'much too large')] }),
      { kind: 'accepted', context: 7, offset: 0, first: 2, count: 1, term: 2 },
      send({
        kind: 'append',
        to: 2,
        term: 2,
        previous: at(1, 2),
        entries: [command(2, 2, 'much too large')],
        commit: 1,
      }),
      send({
        kind: 'append',
        to: 3,
        term: 2,
        previous: at(1, 2),
        entries: [command(2, 2, 'much too large')],
        commit: 1,
      }),
    ]);
  });

  it('the bytes in flight are bounded', () => {
    const leader = aLeader({ options: { inflightBytesMax: 34 } });
    subject.proposed(leader, 7, 'aa');
    assert.deepEqual(subject.proposed(leader, 8, 'bb'), [
      persist(4, 2, at(3, 2), { entries: [command(3, 2, 'bb')] }),
      { kind: 'accepted', context: 8, offset: 0, first: 3, count: 1, term: 2 },
    ]);
    assert.deepEqual(subject.accepted(leader, 2, 2), [
      send({
        kind: 'append',
        to: 2,
        term: 2,
        previous: at(2, 2),
        entries: [command(3, 2, 'bb')],
        commit: 1,
      }),
    ]);
  });

  it('an acceptance that comes late changes nothing', () => {
    const leader = aLeader();
    subject.proposed(leader, 7, 'a');
    subject.accepted(leader, 2, 2);
    assert.deepEqual(subject.accepted(leader, 2, 1), []);
    assert.equal(
      leader.raft.role.kind === 'leader' && [...leader.raft.role.progress.values()][1]?.match,
      2,
    );
  });

  it('an acceptance beyond the leader’s log breaks an invariant', () => {
    assert.throws(
      () => subject.accepted(aLeader(), 2, 5),
      new InvariantError('a member matches no more than the leader has', {
        from: 2,
        match: 5,
        last: 1,
      }),
    );
  });

  it('a refusal goes back to probing, behind what is known to match', () => {
    const leader = aLeader();
    subject.proposed(leader, 7, 'a');
    subject.proposed(leader, 8, 'b');
    assert.deepEqual(
      subject.receive(leader, { ...rejected, previous: 2, hint: at(1, 2), last: 1 }),
      [
        send({
          kind: 'append',
          to: 2,
          term: 2,
          previous: at(1, 2),
          entries: [command(2, 2, 'a'), command(3, 2, 'b')],
          commit: 1,
        }),
      ],
    );
  });

  it('a refusal of what is known to match is a late one', () => {
    const leader = aLeader();
    subject.proposed(leader, 7, 'a');
    assert.deepEqual(
      subject.receive(leader, { ...rejected, previous: 1, hint: at(0, 0), last: 0 }),
      [],
    );
  });

  it('lost messages are found out by an append without entries, past a full window too', () => {
    const leader = aLeader({ options: narrow });
    subject.proposed(leader, 7, 'aa', 'bb', 'cc');
    subject.wait(leader, 0);
    assert.deepEqual(subject.answered(leader, 2, 1, { last: 1 }), [
      send({ kind: 'append', to: 2, term: 2, previous: at(3, 2), entries: [], commit: 1 }),
    ]);
    assert.deepEqual(
      subject.receive(leader, { ...rejected, previous: 3, hint: at(1, 2), last: 1 }),
      [
        send({
          kind: 'append',
          to: 2,
          term: 2,
          previous: at(1, 2),
          entries: [command(2, 2, 'aa')],
          commit: 1,
        }),
      ],
    );
  });

  it('a heartbeat’s answer of a member that has all of the log finds nothing out', () => {
    const leader = aLeader();
    subject.wait(leader, 0);
    assert.deepEqual(subject.answered(leader, 2, 1), []);
  });

  it('a lost connection loses what was in flight: one message, after the next answer', () => {
    const leader = aLeader();
    subject.proposed(leader, 7, 'a');
    assert.deepEqual(subject.give(leader, { kind: 'peer', member: 2, reachable: false }), []);
    assert.deepEqual(subject.proposed(leader, 8, 'b'), [
      persist(4, 2, at(3, 2), { entries: [command(3, 2, 'b')] }),
      { kind: 'accepted', context: 8, offset: 0, first: 3, count: 1, term: 2 },
      send({
        kind: 'append',
        to: 3,
        term: 2,
        previous: at(2, 2),
        entries: [command(3, 2, 'b')],
        commit: 1,
      }),
    ]);
    subject.wait(leader, 0);
    assert.deepEqual(subject.answered(leader, 2, 1, { last: 1 }), [
      send({
        kind: 'append',
        to: 2,
        term: 2,
        previous: at(2, 2),
        entries: [command(3, 2, 'b')],
        commit: 1,
      }),
    ]);
  });

  it('a connection that came back, or of nobody, changes nothing', () => {
    const leader = aLeader();
    assert.deepEqual(subject.give(leader, { kind: 'peer', member: 2, reachable: true }), []);
    assert.deepEqual(subject.give(leader, { kind: 'peer', member: 9, reachable: false }), []);
    assert.deepEqual(subject.give(aNewLeader(), { kind: 'peer', member: 2, reachable: false }), []);
  });

  it('learners receive, and count for nothing', () => {
    const leader = aLeader({ configuration: cluster({ voters: [1, 2, 3], learners: [4] }) });
    subject.proposed(leader, 7, 'a');
    subject.persisted(leader);
    assert.deepEqual(subject.accepted(leader, 4), []);
    assert.deepEqual(subject.accepted(leader, 3), [commit(command(2, 2, 'a'))]);
  });
});

describe('replication: commits', () => {
  /** Leads, with no heartbeat due soon; member 2 has an entry that member 3 has not, and it is committed. */
  function aSubject(options = {}): subject.Subject {
    const leader = aLeader({ options });
    subject.wait(leader, 0);
    subject.proposed(leader, 7, 'a');
    subject.persisted(leader);
    assert.deepEqual(subject.accepted(leader, 2), [commit(command(2, 2, 'a'))]);
    return leader;
  }
  const told = (to: number, index: number) =>
    send({ kind: 'committed', to, term: 2, commit: at(index, 2) });

  it('are told when time passes, and once', () => {
    const leader = aSubject();
    assert.deepEqual(subject.wait(leader, 10), [told(2, 2)]);
    assert.deepEqual(subject.wait(leader, 10), []);
  });

  it('are told to each member as far as it has the log', () => {
    const leader = aSubject();
    subject.wait(leader, 10);
    assert.deepEqual(subject.accepted(leader, 3), []);
    assert.deepEqual(subject.wait(leader, 10), [told(3, 2)]);
  });

  it('that an append has carried are not told again', () => {
    const leader = aSubject();
    subject.proposed(leader, 8, 'b');
    assert.deepEqual(subject.wait(leader, 10), []);
    subject.persisted(leader);
    subject.accepted(leader, 2);
    assert.deepEqual(subject.wait(leader, 10), [told(2, 3)]);
  });

  it('that a heartbeat has carried are not told again', () => {
    const leader = aSubject();
    assert.deepEqual(subject.wait(leader, 100), [
      send({ kind: 'heartbeat', to: 2, term: 2, round: 2, commit: at(2, 2) }),
      send({ kind: 'heartbeat', to: 3, term: 2, round: 2, commit: at(1, 2) }),
    ]);
    assert.deepEqual(subject.wait(leader, 10), []);
  });

  it('are repeated by heartbeats: the message may be lost', () => {
    const leader = aSubject();
    subject.wait(leader, 10);
    assert.deepEqual(subject.wait(leader, 90), [
      send({ kind: 'heartbeat', to: 2, term: 2, round: 2, commit: at(2, 2) }),
      send({ kind: 'heartbeat', to: 3, term: 2, round: 2, commit: at(1, 2) }),
    ]);
  });

  it('are told past a window that is full', () => {
    const leader = aSubject({ inflightMessagesMax: 1 });
    subject.proposed(leader, 8, 'b');
    subject.proposed(leader, 9, 'c');
    subject.persisted(leader);
    subject.accepted(leader, 3, 2);
    assert.deepEqual(subject.wait(leader, 10), []);
    subject.accepted(leader, 3, 3);
    assert.deepEqual(subject.wait(leader, 10), [told(3, 3)]);
  });

  it('are not told while a member is probed: its log may differ', () => {
    const leader = aSubject();
    subject.give(leader, { kind: 'peer', member: 2, reachable: false });
    assert.deepEqual(subject.wait(leader, 10), []);
  });
});

describe('replication: entries that left memory', () => {
  /** Leads; member 3 is one command behind, and only the log store has that command. */
  function aSubject(options = {}): subject.Subject {
    const leader = aNewLeader({ options: { ...forgetful, ...options } });
    subject.persisted(leader);
    subject.accepted(leader, 2);
    subject.proposed(leader, 7, 'a', 'b');
    subject.persisted(leader);
    subject.accepted(leader, 2);
    return leader;
  }
  const fetched = { kind: 'fetched', to: 3, term: 2, after: 1 } as const;

  it('are read from the log store', () => {
    assert.deepEqual(subject.accepted(aSubject(), 3, 1), [
      { kind: 'fetch', to: 3, term: 2, after: 1, bytesMax: 1048576 },
    ]);
  });

  it('are not asked for twice, and are sent when they come', () => {
    const leader = aSubject();
    subject.accepted(leader, 3, 1);
    assert.deepEqual(subject.accepted(leader, 3, 1), []);
    assert.deepEqual(subject.give(leader, { ...fetched, entries: [command(2, 2, 'a')] }), [
      send({
        kind: 'append',
        to: 3,
        term: 2,
        previous: at(1, 2),
        entries: [command(2, 2, 'a')],
        commit: 3,
      }),
      { kind: 'fetch', to: 3, term: 2, after: 2, bytesMax: 1048576 },
    ]);
    assert.deepEqual(
      subject.give(leader, { ...fetched, after: 2, entries: [command(3, 2, 'b')] }),
      [
        send({
          kind: 'append',
          to: 3,
          term: 2,
          previous: at(2, 2),
          entries: [command(3, 2, 'b')],
          commit: 3,
        }),
      ],
    );
  });

  it('are asked for again when they are not there', () => {
    const leader = aSubject();
    subject.accepted(leader, 3, 1);
    assert.deepEqual(subject.give(leader, { ...fetched, entries: [] }), [
      { kind: 'fetch', to: 3, term: 2, after: 1, bytesMax: 1048576 },
    ]);
  });

  it('compacted away meanwhile: the member needs a snapshot', () => {
    const leader = aSubject();
    subject.accepted(leader, 3, 1);
    assert.deepEqual(subject.give(leader, { kind: 'compact', through: 3, floor: 3 }), [
      { kind: 'compact', through: at(3, 2) },
    ]);
    assert.deepEqual(subject.give(leader, { ...fetched, entries: [command(2, 2, 'a')] }), [
      { kind: 'sendSnapshot', to: 3, term: 2 },
    ]);
  });

  it('compacted away: none are sent, the member needs a snapshot', () => {
    const leader = aSubject();
    subject.accepted(leader, 3, 1);
    subject.give(leader, { kind: 'compact', through: 3, floor: 3 });
    assert.deepEqual(subject.give(leader, { ...fetched, entries: [] }), [
      { kind: 'sendSnapshot', to: 3, term: 2 },
    ]);
  });

  it('that nobody asked for, or in another term, are dropped', () => {
    assert.deepEqual(subject.give(aSubject(), { ...fetched, entries: [command(2, 2, 'a')] }), []);
    const leader = aSubject();
    subject.accepted(leader, 3, 1);
    assert.deepEqual(
      subject.give(leader, { ...fetched, term: 1, entries: [command(2, 2, 'a')] }),
      [],
    );
    assert.deepEqual(
      subject.give(leader, { ...fetched, to: 9, entries: [command(2, 2, 'a')] }),
      [],
    );
    assert.deepEqual(subject.give(aFollower(), { ...fetched, entries: [command(2, 2, 'a')] }), []);
  });

  it('that do not follow what was asked for break an invariant', () => {
    const leader = aSubject();
    subject.accepted(leader, 3, 1);
    assert.throws(
      () => subject.give(leader, { ...fetched, entries: [command(3, 2, 'b')] }),
      new InvariantError('fetched entries follow what was asked for', { after: 1, first: 3 }),
    );
  });
});

describe('replication: snapshots', () => {
  /** Leads; what member 3 needs next is compacted away. */
  function aSubject(): subject.Subject {
    const leader = aNewLeader({ log: logOf([1, 1]) });
    subject.persisted(leader);
    subject.accepted(leader, 2);
    subject.give(leader, { kind: 'compact', through: 3, floor: 3 });
    return leader;
  }
  const behind = { ...rejected, from: 3, previous: 2, hint: at(0, 0), last: 0 } as const;
  const appendTo2 = send({
    kind: 'append',
    to: 2,
    term: 2,
    previous: at(3, 2),
    entries: [command(4, 2, 'a')],
    commit: 3,
  });
  const sent = { kind: 'snapshotSent', to: 3, term: 2, index: 3, delivered: true } as const;

  it('a member that needs what is compacted away gets one', () => {
    assert.deepEqual(subject.receive(aSubject(), behind), [
      { kind: 'sendSnapshot', to: 3, term: 2 },
    ]);
  });

  it('meanwhile it gets nothing else', () => {
    const leader = aSubject();
    subject.receive(leader, behind);
    assert.deepEqual(subject.proposed(leader, 7, 'a'), [
      persist(3, 2, at(4, 2), { entries: [command(4, 2, 'a')] }),
      { kind: 'accepted', context: 7, offset: 0, first: 4, count: 1, term: 2 },
      appendTo2,
    ]);
    assert.deepEqual(subject.receive(leader, behind), []);
    subject.wait(leader, 0);
    assert.deepEqual(subject.answered(leader, 3, 1, { last: 0 }), []);
  });

  it('a refusal that comes late does not interrupt it', () => {
    const leader = aSubject();
    subject.wait(leader, 0);
    assert.deepEqual(subject.answered(leader, 3, 1, { last: 0 }), [
      { kind: 'sendSnapshot', to: 3, term: 2 },
    ]);
    assert.deepEqual(subject.receive(leader, behind), []);
  });

  it('delivered: probes behind it after the next answer', () => {
    const leader = aSubject();
    subject.receive(leader, behind);
    assert.deepEqual(subject.give(leader, sent), []);
    subject.wait(leader, 0);
    assert.deepEqual(subject.answered(leader, 3, 1, { last: 3 }), [
      send({ kind: 'append', to: 3, term: 2, previous: at(3, 2), entries: [], commit: 3 }),
    ]);
  });

  it('not delivered: sends one again after the next answer', () => {
    const leader = aSubject();
    subject.receive(leader, behind);
    assert.deepEqual(subject.give(leader, { ...sent, delivered: false }), []);
    subject.wait(leader, 0);
    assert.deepEqual(subject.answered(leader, 3, 1, { last: 0 }), [
      { kind: 'sendSnapshot', to: 3, term: 2 },
    ]);
  });

  it('installed before its delivery is reported: replicates at once', () => {
    const leader = aSubject();
    subject.receive(leader, behind);
    subject.proposed(leader, 7, 'a');
    assert.deepEqual(subject.accepted(leader, 3, 3), [
      send({
        kind: 'append',
        to: 3,
        term: 2,
        previous: at(3, 2),
        entries: [command(4, 2, 'a')],
        commit: 3,
      }),
    ]);
    assert.deepEqual(subject.give(leader, sent), []);
  });

  it('an acknowledgement of what is compacted away neither ends it nor begins another', () => {
    const leader = aSubject();
    subject.receive(leader, behind);
    assert.deepEqual(subject.accepted(leader, 3, 1), []);
    assert.deepEqual(subject.accepted(leader, 3, 2), []);
  });

  it('of another term, to nobody, or reported to no leader: means nothing', () => {
    const leader = aSubject();
    subject.receive(leader, behind);
    assert.deepEqual(subject.give(leader, { ...sent, term: 1 }), []);
    assert.deepEqual(subject.give(leader, { ...sent, to: 9 }), []);
    assert.deepEqual(subject.give(leader, { ...sent, to: 2 }), []);
    assert.deepEqual(subject.give(aFollower(), sent), []);
    // Member 3 still waits for its snapshot, and member 2 still gets what is proposed.
    subject.wait(leader, 0);
    assert.deepEqual(subject.answered(leader, 3, 1, { last: 0 }), []);
    assert.deepEqual(subject.proposed(leader, 7, 'a').at(-1), appendTo2);
  });
});
