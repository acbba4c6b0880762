import assert from 'node:assert/strict';
import { persist } from './testing/expected.ts';
import * as subject from './testing/subject.ts';
import { aFollower, aLeader } from './testing/subject.ts';
import { at, command, logOf } from './testing/value.ts';

describe('emit: persists', () => {
  it('count up by one', () => {
    const leader = aLeader();
    const sequences = ['a', 'b', 'c'].map((data) => {
      subject.proposed(leader, 7, data);
      return leader.token?.sequence;
    });
    assert.deepEqual(sequences, [3, 4, 5]);
  });

  it('replace entries from the first that differs, to the end of the log', () => {
    const follower = aFollower({ term: 3, log: logOf([1, 1, 1, 1]) });
    const effects = subject.receive(follower, {
      kind: 'append',
      from: 2,
      term: 3,
      previous: at(1, 1),
      entries: [command(2, 2), command(3, 3)],
      commit: 0,
    });
    assert.deepEqual(effects[0]?.kind === 'persist' && effects[0].entries, [
      command(2, 2),
      command(3, 3),
    ]);
  });

  it('carry no hard state that has not changed', () => {
    assert.deepEqual(
      subject.proposed(aLeader(), 7, 'a')[0],
      persist(3, 2, at(2, 2), { entries: [command(2, 2, 'a')] }),
    );
  });

  it('are noted until they are completed, each with the time it was asked for', () => {
    const leader = aLeader();
    const startMs = leader.nowMs;
    subject.proposed(leader, 7, 'a');
    leader.nowMs += 30;
    subject.proposed(leader, 8, 'b');
    const newest = { sequence: 4, sinceMs: startMs + 30, next: undefined };
    const oldest = { sequence: 3, sinceMs: startMs, next: newest };
    assert.deepEqual(leader.raft.outbox.oldest, oldest);
    subject.persisted(leader);
    assert.equal(leader.raft.outbox.oldest, undefined);
  });

  it('a role is announced when it, its term or its leader is another than before', () => {
    const follower = aFollower();
    const announced = (effects: readonly { readonly kind: string }[]): number =>
      effects.filter((effect) => effect.kind === 'roleChanged').length;
    assert.equal(announced(subject.hearFrom(follower, 2, 2)), 0);
    assert.equal(announced(subject.receive(follower, { kind: 'timeoutNow', from: 3, term: 4 })), 1);
  });
});
