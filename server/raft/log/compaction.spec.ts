import assert from 'node:assert/strict';
import { InvariantError } from '../invariant.ts';

import * as subject from '../testing/subject.ts';
import { aFollower, aLeader, aNewLeader } from '../testing/subject.ts';
import { at, logOf } from '../testing/value.ts';

const compact = (through: number, floor = 0) => ({ kind: 'compact', through, floor }) as const;

/** Leads three applied entries of term 1 and one of its own; 2 has all of it, 3 has two entries. */
function aSubject(): subject.Subject {
  const leader = aNewLeader({ log: logOf([1, 1, 1]) });
  subject.persisted(leader);
  subject.accepted(leader, 2, 4);
  subject.accepted(leader, 3, 2);
  return leader;
}

describe('compaction', () => {
  it('a follower forgets what it has applied', () => {
    const follower = aFollower({ log: logOf([1, 1, 1]) });
    subject.receive(follower, { kind: 'committed', from: 2, term: 1, commit: at(2, 1) });
    assert.deepEqual(subject.give(follower, compact(2)), [{ kind: 'compact', through: at(2, 1) }]);
    assert.deepEqual(subject.give(follower, compact(2)), []);
    assert.deepEqual(subject.give(follower, compact(1)), []);
  });

  it('what was forgotten still ends with a known term', () => {
    const follower = aFollower({ log: logOf([1, 1, 1]) });
    subject.receive(follower, { kind: 'committed', from: 2, term: 1, commit: at(2, 1) });
    subject.give(follower, compact(2));
    assert.deepEqual(
      subject.receive(follower, {
        kind: 'append',
        from: 2,
        term: 1,
        previous: at(2, 1),
        entries: [],
        commit: 2,
      }).length,
      1,
    );
  });

  it('a leader keeps what a member in contact still needs', () => {
    assert.deepEqual(subject.give(aSubject(), compact(4)), [
      { kind: 'compact', through: at(2, 1) },
    ]);
  });

  it('but not below the floor', () => {
    assert.deepEqual(subject.give(aSubject(), compact(4, 3)), [
      { kind: 'compact', through: at(3, 1) },
    ]);
  });

  it('nor for a member that has been silent for an election timeout', () => {
    const leader = aSubject();
    leader.nowMs += 1_001;
    assert.deepEqual(subject.give(leader, compact(4)), [{ kind: 'compact', through: at(4, 2) }]);
  });

  it('keeps all of it while a member installs a snapshot', () => {
    const leader = aSubject();
    subject.give(leader, compact(4, 3));
    subject.wait(leader, 0);
    subject.receive(leader, {
      kind: 'appendRejected',
      from: 3,
      term: 2,
      previous: 4,
      hint: at(2, 1),
      last: 2,
    });
    assert.deepEqual(subject.give(leader, compact(4)), []);
    assert.deepEqual(subject.give(leader, compact(4, 4)), [{ kind: 'compact', through: at(4, 2) }]);
  });

  it('nothing to keep: through', () => {
    assert.deepEqual(subject.give(aLeader(), compact(1)), [{ kind: 'compact', through: at(1, 2) }]);
  });

  it('only what is applied is compacted', () => {
    assert.throws(
      () => subject.give(aLeader(), compact(2)),
      new InvariantError('only what is applied is compacted', { floor: 0, through: 2, applied: 1 }),
    );
    assert.throws(
      () => subject.give(aLeader(), compact(0, 1)),
      new InvariantError('only what is applied is compacted', { floor: 1, through: 0, applied: 1 }),
    );
  });

  it('commands behind it are replicated as before', () => {
    const leader = aLeader();
    subject.give(leader, compact(1));
    assert.equal(subject.proposed(leader, 7, 'a').length, 4);
  });
});
