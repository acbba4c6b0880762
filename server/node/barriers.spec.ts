import assert from 'node:assert/strict';
import type { RoleName } from '../raft/effect.ts';
import { toIndex, toMemberId, toTerm } from '../raft/ids.ts';
import type { Index } from '../raft/ids.ts';
import { createBarriers } from './barriers.ts';
import { createCalls } from './calls.ts';
import type { ReadOutcome } from './outcome.ts';

function createBench() {
  const contexts: number[] = [];
  const deferred: (() => void)[] = [];
  const outcomes: string[] = [];
  const calls = createCalls();
  let context = 0;
  let applied: Index = toIndex(3);
  const barriers = createBarriers(
    (task) => deferred.push(task),
    () => (context += 1),
    (input) => {
      if (input.kind === 'read') contexts.push(input.context);
    },
    () => applied,
  );
  return {
    barriers,
    contexts,
    calls,
    outcomes,
    turn: (count: number): void => {
      for (let n = 0; n < count; n += 1) {
        const done = (outcome: ReadOutcome): void => {
          outcomes.push(outcome.kind === 'ready' ? `ready ${outcome.index}` : outcome.kind);
        };
        barriers.read(calls.open(done, { kind: 'timeout' }, 1));
      }
      for (const task of deferred.splice(0)) task();
    },
    ready: (of: number, index: number): void =>
      barriers.ready({ kind: 'readReady', context: of, index: toIndex(index) }),
    apply: (index: number): void => {
      applied = toIndex(index);
      barriers.applied(applied);
    },
    role: (role: RoleName, term: number, leader?: number): void =>
      barriers.roleChanged({
        kind: 'roleChanged',
        role,
        term: toTerm(term),
        leader: leader === undefined ? undefined : toMemberId(leader),
      }),
  };
}

describe('Read barriers', () => {
  it('of one turn share one context', () => {
    const { turn, contexts, ready, outcomes } = createBench();
    turn(3);
    assert.deepEqual(contexts, [1]);
    ready(1, 3);
    assert.deepEqual(outcomes, ['ready 3', 'ready 3', 'ready 3']);
  });

  it('of a later turn have a context of their own', () => {
    const { turn, contexts, ready, outcomes } = createBench();
    turn(1);
    turn(1);
    assert.deepEqual(contexts, [1, 2]);
    ready(2, 2);
    assert.deepEqual(outcomes, ['ready 3']);
  });

  it('wait until the state has come to the index', () => {
    const { turn, ready, apply, outcomes } = createBench();
    turn(1);
    ready(1, 5);
    apply(4);
    assert.deepEqual(outcomes, []);
    apply(6);
    assert.deepEqual(outcomes, ['ready 6']);
  });

  it('are asked again under a new context when there is another leader', () => {
    const { turn, role, contexts, ready, outcomes } = createBench();
    role('follower', 1, 2);
    turn(1);
    turn(1);
    role('preCandidate', 1);
    assert.deepEqual(contexts, [1, 2]);
    role('follower', 2, 3);
    assert.deepEqual(contexts, [1, 2, 3]);
    ready(1, 1);
    assert.deepEqual(outcomes, [], 'an answer to the old context proves too little');
    ready(3, 1);
    assert.deepEqual(outcomes, ['ready 3', 'ready 3']);
  });

  it('are not asked again while the leader stays the same', () => {
    const { turn, role, contexts } = createBench();
    role('follower', 1, 2);
    turn(1);
    role('preCandidate', 1);
    role('follower', 1, 2);
    assert.deepEqual(contexts, [1]);
  });

  it('are not asked again once their caller has gone', () => {
    const { turn, role, contexts, calls, outcomes } = createBench();
    turn(1);
    calls.expire(1);
    role('follower', 2, 3);
    assert.deepEqual({ contexts, outcomes }, { contexts: [1], outcomes: ['timeout'] });
  });

  it('are refused together', () => {
    const { barriers, turn, outcomes } = createBench();
    turn(2);
    const refusal = { reason: 'notLeader', leader: undefined } as const;
    barriers.refused({ kind: 'refuse', what: 'read', context: 1, offset: 0, count: 1, refusal });
    assert.deepEqual(outcomes, ['refused', 'refused']);
  });
});
