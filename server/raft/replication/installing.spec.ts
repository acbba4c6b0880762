import assert from 'node:assert/strict';
import { InvariantError } from '../invariant.ts';
import { became, commit, message, persist, send } from '../testing/expected.ts';
import * as subject from '../testing/subject.ts';
import { aFollower } from '../testing/subject.ts';
import { at, cluster, command, logOf } from '../testing/value.ts';

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

describe('installing', () => {
  const announced = { kind: 'snapshot', from: 2, term: 1, snapshot } as const;

  it('one that holds more than is known here is installed', () => {
    assert.deepEqual(subject.receive(aFollower({ log: logOf([1, 1]) }), announced), [
      {
        kind: 'install',
        from: 2,
        snapshot: { index: 5, term: 1, configuration: CONF, configurationIndex: 4 },
      },
    ]);
  });

  it('installed: state, log and membership are those of the snapshot', () => {
    const follower = aFollower({ log: logOf([1, 1]) });
    subject.receive(follower, announced);
    assert.deepEqual(subject.give(follower, { kind: 'installed', index: 5, done: true }), [
      persist(1, 1, at(5, 1), {
        thenSend: [message({ kind: 'appendAccepted', to: 2, term: 1, match: 5 })],
      }),
    ]);
    assert.deepEqual(subject.extent(follower), { last: 5, stable: 5, commit: 5, applied: 5 });
    assert.deepEqual(subject.others(follower), [2, 4]);
    assert.deepEqual(
      subject.receive(follower, { ...append, previous: at(5, 1), entries: [command(6, 1)] }),
      [
        persist(2, 1, at(6, 1), {
          entries: [command(6, 1)],
          thenSend: [message({ kind: 'appendAccepted', to: 2, term: 1, match: 6 })],
        }),
      ],
    );
  });

  it('one whose end the log has only tells what is committed', () => {
    assert.deepEqual(subject.receive(aFollower({ log: logOf([1, 1, 1, 1, 1, 1]) }), announced), [
      persist(1, 1, at(6, 1), {
        thenSend: [message({ kind: 'appendAccepted', to: 2, term: 1, match: 5 })],
      }),
      commit(command(1, 1), command(2, 1), command(3, 1), command(4, 1), command(5, 1)),
    ]);
  });

  it('one that holds nothing new is answered with what is committed', () => {
    const follower = aFollower({ state: at(6, 1) });
    assert.deepEqual(subject.receive(follower, announced), [
      persist(1, 1, at(6, 1), {
        thenSend: [message({ kind: 'appendAccepted', to: 2, term: 1, match: 6 })],
      }),
    ]);
  });

  it('meanwhile nothing is appended, no second one begun, and heartbeats are answered', () => {
    const follower = aFollower();
    subject.receive(follower, announced);
    assert.deepEqual(subject.receive(follower, { ...append, entries: [command(1, 1)] }), []);
    assert.deepEqual(subject.receive(follower, announced), []);
    assert.deepEqual(subject.receive(follower, heartbeat), [
      send({
        kind: 'heartbeatReply',
        to: 2,
        term: 1,
        round: 7,
        lease: false,
        last: 0,
        spaceLow: false,
      }),
    ]);
  });

  it('meanwhile nothing is handed out that the snapshot holds', () => {
    const follower = aFollower();
    subject.receive(follower, { ...append, entries: [command(1, 1)], commit: 1 });
    subject.receive(follower, announced);
    assert.deepEqual(subject.persisted(follower), []);
    assert.deepEqual(subject.give(follower, { kind: 'installed', index: 5, done: false }), [
      commit(command(1, 1)),
    ]);
  });

  it('meanwhile no campaign is begun', () => {
    const follower = aFollower();
    subject.receive(follower, announced);
    assert.deepEqual(subject.timeOut(follower), [became('follower', 1)]);
  });

  it('one that could not be installed is forgotten', () => {
    const follower = aFollower();
    subject.receive(follower, announced);
    assert.deepEqual(subject.give(follower, { kind: 'installed', index: 5, done: false }), []);
    assert.deepEqual(subject.receive(follower, { ...append, entries: [command(1, 1)] }), [
      persist(1, 1, at(1, 1), {
        entries: [command(1, 1)],
        thenSend: [message({ kind: 'appendAccepted', to: 2, term: 1, match: 1 })],
      }),
    ]);
  });

  it('installed after another leader was heard: not acknowledged to the one it came from', () => {
    const follower = aFollower();
    subject.receive(follower, announced);
    subject.hearFrom(follower, 2);
    subject.receive(follower, { ...heartbeat, from: 3, term: 2 });
    assert.deepEqual(subject.give(follower, { kind: 'installed', index: 5, done: true }), []);
  });

  it('only the one being installed is completed', () => {
    assert.throws(
      () => subject.give(aFollower(), { kind: 'installed', index: 5, done: true }),
      new InvariantError('only the snapshot being installed is completed', {
        index: 5,
        installing: undefined,
      }),
    );
    const follower = aFollower();
    subject.receive(follower, announced);
    assert.throws(
      () => subject.give(follower, { kind: 'installed', index: 4, done: true }),
      new InvariantError('only the snapshot being installed is completed', {
        index: 4,
        installing: 5,
      }),
    );
  });

  it('whose membership does without this member silences it', () => {
    const follower = aFollower();
    subject.receive(follower, {
      ...announced,
      snapshot: { ...snapshot, configuration: cluster({ voters: [2, 3] }) },
    });
    assert.deepEqual(subject.give(follower, { kind: 'installed', index: 5, done: true }), [
      persist(1, 1, at(5, 1), {
        thenSend: [message({ kind: 'appendAccepted', to: 2, term: 1, match: 5 })],
      }),
      became('removed', 1),
    ]);
  });
});
