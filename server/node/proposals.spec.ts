import assert from 'node:assert/strict';
import type { Entry } from '../raft/entry.ts';
import { toIndex, toTerm } from '../raft/ids.ts';
import type { Input } from '../raft/input.ts';
import { createCalls } from './calls.ts';
import type { ProposeOutcome } from './outcome.ts';
import { createProposals } from './proposals.ts';

const entry = (index: number, term: number): Entry => ({
  index: toIndex(index),
  term: toTerm(term),
  kind: 'command',
  data: new Uint8Array(0),
});

function createBench() {
  const inputs: Input[] = [];
  const deferred: (() => void)[] = [];
  const outcomes: Record<string, string> = {};
  const calls = createCalls();
  let context = 100;
  const proposals = createProposals(
    (task) => deferred.push(task),
    () => (context += 1),
    (input) => inputs.push(input),
  );
  return {
    proposals,
    inputs,
    outcomes,
    calls,
    /** Proposes under these names, in one turn. */
    turn: (...names: readonly string[]): void => {
      for (const name of names) {
        const done = (outcome: ProposeOutcome): void => {
          outcomes[name] = outcome.kind;
        };
        proposals.propose(Buffer.from(name), calls.open(done, { kind: 'unknown' }, 1));
      }
      for (const task of deferred.splice(0)) task();
    },
    accept: (offset: number, count: number, first: number, term: number): void => {
      const place = { first: toIndex(first), count, term: toTerm(term) };
      proposals.accepted({ kind: 'accepted', context, offset, ...place });
    },
    refuse: (offset: number, count: number): void => {
      const refusal = { reason: 'diskFull' } as const;
      proposals.refused({ kind: 'refuse', what: 'propose', context, offset, count, refusal });
    },
    commit: (index: number, term: number): void =>
      proposals.applied(entry(index, term), new Uint8Array(0)),
  };
}

describe('Proposals', () => {
  it('of one turn go out as one input', () => {
    const { turn, inputs } = createBench();
    turn('a', 'b');
    turn('c');
    assert.deepEqual(
      inputs.map((input) => input.kind === 'propose' && Buffer.concat(input.commands).toString()),
      ['ab', 'c'],
    );
  });

  it('are applied when an entry of their term is committed at their index', () => {
    const { turn, accept, commit, outcomes } = createBench();
    turn('a', 'b');
    accept(0, 2, 5, 1);
    commit(5, 1);
    assert.deepEqual(outcomes, { a: 'applied' });
    commit(6, 1);
    assert.deepEqual(outcomes, { a: 'applied', b: 'applied' });
  });

  it('are dropped when an entry of another term is', () => {
    const { turn, accept, commit, outcomes } = createBench();
    turn('a', 'b');
    accept(0, 2, 5, 1);
    commit(5, 2);
    commit(6, 2);
    assert.deepEqual(outcomes, { a: 'dropped', b: 'dropped' });
  });

  it('are told apart when an index is given out again in a later term', () => {
    const { turn, accept, commit, outcomes } = createBench();
    turn('early');
    accept(0, 1, 5, 1);
    turn('late');
    accept(0, 1, 5, 3);
    commit(5, 3);
    assert.deepEqual(outcomes, { early: 'dropped', late: 'applied' });
  });

  it('are refused one by one, between those that are accepted', () => {
    const { turn, accept, refuse, commit, outcomes } = createBench();
    turn('a', 'b', 'c', 'd');
    accept(0, 1, 5, 1);
    refuse(1, 1);
    accept(2, 1, 6, 1);
    refuse(3, 1);
    commit(5, 1);
    commit(6, 1);
    assert.deepEqual(outcomes, { a: 'applied', b: 'refused', c: 'applied', d: 'refused' });
  });

  it('are unknown when a snapshot jumps over their index', () => {
    const { proposals, turn, accept, outcomes } = createBench();
    turn('a', 'b');
    accept(0, 2, 5, 1);
    proposals.installed(toIndex(5));
    assert.deepEqual(outcomes, { a: 'unknown' });
  });

  it('are unknown when nothing happens in time, whatever happens then', () => {
    const { turn, accept, commit, outcomes, calls } = createBench();
    turn('a');
    accept(0, 1, 5, 1);
    calls.expire(1);
    commit(5, 1);
    assert.deepEqual(outcomes, { a: 'unknown' });
  });
});
