import assert from 'node:assert/strict';
import type { Effect } from './effect.ts';
import type { Input } from './input.ts';
import { InvariantError } from './invariant.ts';
import type { Options } from './options.ts';
import { became, commit, refuse, send } from './testing/expected.ts';
import type { Plain } from './testing/plain.ts';
import * as subject from './testing/subject.ts';
import {
  aCandidate,
  aFollower,
  aLeader,
  aNewLeader,
  aPreCandidate,
  aStart,
} from './testing/subject.ts';
import { at, cluster, command, logOf, noop } from './testing/value.ts';

const append = {
  kind: 'append',
  from: 2,
  term: 1,
  previous: at(0, 0),
  entries: [],
  commit: 0,
} as const;

describe('core: a step', () => {
  it('the first one announces the role, whatever it is about', () => {
    assert.deepEqual(subject.give(aStart(), { kind: 'tick' }), [became('follower', 1)]);
  });

  it('a persist comes first among its effects, and there is at most one', () => {
    const steps: readonly (readonly Effect[])[] = [
      subject.proposed(aLeader(), 7, 'a'),
      subject.receive(aCandidate(), {
        kind: 'append',
        from: 3,
        term: 4,
        previous: at(0, 0),
        entries: [noop(1, 4)],
        commit: 1,
      }),
      subject.give(aLeader(), {
        kind: 'change',
        context: 1,
        expected: 0,
        changes: [{ kind: 'remove', id: 3 }],
      }),
      subject.receive(aLeader(), {
        kind: 'vote',
        from: 3,
        term: 3,
        last: at(1, 2),
        transfer: true,
      }),
    ];
    for (const effects of steps) {
      assert.deepEqual(effects.map((effect) => effect.kind === 'persist').indexOf(true), 0);
      assert.equal(effects.filter((effect) => effect.kind === 'persist').length, 1);
    }
  });

  it('the same inputs give the same effects', () => {
    const run = (): readonly (readonly Effect[])[] => {
      const member = aFollower({ seed: 42 });
      return [subject.timeOut(member), subject.wait(member, 5_000), subject.wait(member, 5_000)];
    };
    assert.deepEqual(run(), run());
  });

  it('different seeds campaign at different times', () => {
    const deadlines = [1, 2, 3, 4, 5].map((seed) => {
      const { role } = aFollower({ seed }).raft;
      return 'deadlineMs' in role ? role.deadlineMs : 0;
    });
    assert.equal(new Set(deadlines).size, 5);
    for (const deadline of deadlines)
      assert.ok(deadline >= 1_000 && deadline < 2_000, String(deadline));
  });

  it('time never goes back', () => {
    const follower = aFollower();
    subject.wait(follower, 10);
    follower.nowMs = 9;
    assert.throws(
      () => subject.give(follower, { kind: 'tick' }),
      new InvariantError('time never goes back', { nowMs: 9, before: 10 }),
    );
  });

  it('after a broken invariant no input is taken', () => {
    const follower = aFollower();
    assert.throws(
      () => subject.give(follower, { kind: 'compact', through: 5, floor: 0 }),
      InvariantError,
    );
    assert.throws(
      () => subject.give(follower, { kind: 'tick' }),
      new InvariantError('a core that broke an invariant takes no more input', { input: 'tick' }),
    );
  });

  it('free space says nothing by itself', () => {
    assert.deepEqual(subject.give(aLeader(), { kind: 'storageSpace', low: true }), []);
    assert.deepEqual(subject.give(aFollower(), { kind: 'storageSpace', low: true }), []);
  });
});

describe('core: completed writes', () => {
  it('what is on disk may be applied once committed', () => {
    const follower = aFollower();
    subject.receive(follower, { ...append, entries: [command(1, 1), command(2, 1)], commit: 2 });
    assert.deepEqual(subject.persisted(follower), [commit(command(1, 1), command(2, 1))]);
    assert.deepEqual(subject.persisted(follower), []);
  });

  it('the last of several completes those before it', () => {
    const follower = aFollower();
    subject.receive(follower, { ...append, entries: [command(1, 1)] });
    subject.receive(follower, {
      ...append,
      previous: at(1, 1),
      entries: [command(2, 1)],
      commit: 2,
    });
    assert.deepEqual(subject.persisted(follower), [commit(command(1, 1), command(2, 1))]);
    assert.equal(follower.raft.outbox.oldest, undefined);
  });

  it('one that comes before the last completes as far as it goes', () => {
    const follower = aFollower();
    subject.receive(follower, { ...append, entries: [command(1, 1)] });
    const first = follower.token;
    subject.receive(follower, {
      ...append,
      previous: at(1, 1),
      entries: [command(2, 1)],
      commit: 2,
    });
    follower.token = first;
    assert.deepEqual(subject.persisted(follower), [commit(command(1, 1))]);
  });

  it('of an earlier term proves nothing about the log, which was replaced and put back since', () => {
    const follower = aFollower({ term: 1, leader: undefined });
    subject.receive(follower, { ...append, entries: [command(1, 1), command(2, 1)] });
    const first = follower.token;
    // Leader 3 of term 2 replaces entry 2; leader 2 of term 3 puts the old one back. Nothing of it is on disk yet.
    subject.receive(follower, {
      ...append,
      from: 3,
      term: 2,
      previous: at(1, 1),
      entries: [noop(2, 2)],
    });
    subject.receive(follower, {
      ...append,
      term: 3,
      entries: [command(1, 1), command(2, 1)],
      commit: 2,
    });
    const last = follower.token;
    follower.token = first;
    assert.deepEqual(subject.persisted(follower), []);
    assert.deepEqual(subject.extent(follower), { last: 2, stable: 0, commit: 2, applied: 0 });
    follower.token = last;
    assert.deepEqual(subject.persisted(follower), [commit(command(1, 1), command(2, 1))]);
  });

  it('for a log end that was replaced in this term proves nothing', () => {
    const follower = aFollower({ term: 3, log: logOf([1, 1]) });
    subject.receive(follower, { ...append, term: 3, previous: at(1, 1), entries: [] });
    const first = follower.token;
    subject.receive(follower, {
      ...append,
      term: 3,
      previous: at(1, 1),
      entries: [command(2, 2), command(3, 3)],
      commit: 3,
    });
    follower.token = first;
    assert.deepEqual(subject.persisted(follower), []);
    assert.equal(subject.extent(follower).stable, 1);
  });

  it('a vote counts for a candidate of the term it was written in only', () => {
    const candidate = aCandidate({ configuration: cluster({ voters: [1] }), leader: undefined });
    const first = candidate.token;
    subject.timeOut(candidate);
    assert.deepEqual(subject.standing(candidate), {
      role: 'candidate',
      term: 3,
      leader: undefined,
    });
    candidate.token = first;
    assert.deepEqual(subject.persisted(candidate), []);
  });
});

describe('core: a failed disk', () => {
  const failed = { kind: 'storageFailed' } as const;

  it('halts, whatever the role', () => {
    assert.deepEqual(subject.give(aFollower(), failed), [became('halted', 1)]);
    assert.deepEqual(subject.give(aPreCandidate(), failed), [became('halted', 1)]);
    assert.deepEqual(subject.give(aCandidate(), failed), [became('halted', 2)]);
    assert.deepEqual(subject.give(aLeader(), failed), [
      send({ kind: 'timeoutNow', to: 2, term: 2 }),
      became('halted', 2),
    ]);
    assert.deepEqual(subject.give(aNewLeader(), failed), [became('halted', 2)]);
  });

  it('a leader answers who waits for it', () => {
    const leader = aLeader();
    subject.give(leader, { kind: 'read', context: 5 });
    subject.give(leader, { kind: 'transfer', context: 6, to: 3 });
    assert.deepEqual(subject.give(leader, failed), [
      send({ kind: 'timeoutNow', to: 2, term: 2 }),
      refuse('read', 5, { reason: 'notLeader', leader: undefined }),
      { kind: 'transferEnded', context: 6, outcome: 'unknown' },
      became('halted', 2),
    ]);
  });

  it('a completion that comes after it releases nothing', () => {
    const candidate = aCandidate({ configuration: cluster({ voters: [1] }), leader: undefined });
    subject.give(candidate, failed);
    assert.deepEqual(subject.persisted(candidate), []);
  });
});

describe('core: who is out turns everything away', () => {
  const inputs: readonly Plain<Input>[] = [
    { kind: 'tick' },
    { kind: 'message', message: { ...append, to: 1, term: 9 } },
    {
      kind: 'message',
      message: { kind: 'vote', from: 2, to: 1, term: 9, last: at(9, 9), transfer: true },
    },
    { kind: 'message', message: { kind: 'preVote', from: 2, to: 1, term: 9, last: at(9, 9) } },
    { kind: 'storageFailed' },
    { kind: 'storageSpace', low: true },
    { kind: 'fetched', to: 2, term: 2, after: 0, entries: [] },
    { kind: 'snapshotSent', to: 2, term: 2, index: 1, delivered: true },
    { kind: 'installed', index: 5, done: true },
    { kind: 'compact', through: 9, floor: 0 },
    { kind: 'peer', member: 2, reachable: false },
  ];
  const outs: readonly (readonly ['halted' | 'removed', () => subject.Subject])[] = [
    [
      'halted',
      () => {
        const leader = aLeader();
        subject.give(leader, { kind: 'storageFailed' });
        return leader;
      },
    ],
    [
      'removed',
      () => {
        const follower = aFollower();
        subject.receive(follower, { kind: 'removed', from: 2, term: 1 });
        return follower;
      },
    ],
  ];
  for (const [reason, out] of outs) {
    for (const input of inputs) {
      const what = input.kind === 'message' ? input.message.kind : input.kind;
      it(`${reason}: ${what} has no effect`, () =>
        assert.deepEqual(subject.give(out(), input), []));
    }
    it(`${reason}: its own callers are refused, and told why`, () => {
      const member = out();
      assert.deepEqual(subject.proposed(member, 1, 'a', 'b'), [
        refuse('propose', 1, { reason }, 0, 2),
      ]);
      assert.deepEqual(subject.give(member, { kind: 'read', context: 2 }), [
        refuse('read', 2, { reason }),
      ]);
      assert.deepEqual(
        subject.give(member, { kind: 'change', context: 3, expected: 0, changes: [] }),
        [refuse('change', 3, { reason })],
      );
      assert.deepEqual(subject.give(member, { kind: 'transfer', context: 4, to: 2 }), [
        refuse('transfer', 4, { reason }),
      ]);
    });
  }
});

describe('core: an input of no kind', () => {
  for (const kind of ['zzz', 'constructor', undefined]) {
    it(`${kind}: refused, at work and not`, () => {
      const halted = aLeader();
      subject.give(halted, { kind: 'storageFailed' });
      for (const member of [aLeader(), aFollower(), halted])
        assert.throws(
          () => subject.give(member, { kind } as never),
          new InvariantError('an input is of a kind that there is', { kind }),
        );
    });
  }
});

describe('core: options', () => {
  const broken: readonly (readonly [Partial<Options>, string])[] = [
    [{ electionTimeoutMs: 0 }, 'option electionTimeoutMs is a positive integer'],
    [{ appendBytesMax: 1.5 }, 'option appendBytesMax is a positive integer'],
    [{ cacheBytesMax: Number.NaN }, 'option cacheBytesMax is a positive integer'],
    [{ heartbeatIntervalMs: 334 }, 'three heartbeats fit into an election timeout'],
    [{ leaseMarginMs: 1_000 }, 'the lease margin is shorter than the election timeout'],
  ];
  for (const [options, invariant] of broken) {
    it(`${JSON.stringify(options)}: ${invariant}`, () => {
      assert.throws(() => aStart({ options }), { name: 'InvariantError', invariant });
    });
  }
});
