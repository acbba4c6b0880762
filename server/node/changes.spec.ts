import assert from 'node:assert/strict';
import type { Configuration } from '../raft/membership/configuration.ts';
import { toIndex, toMemberId, toTerm } from '../raft/ids.ts';
import { createCalls } from './calls.ts';
import { createChanges } from './changes.ts';
import type { ChangeOutcome } from './outcome.ts';

const configuration = (outgoing: readonly number[]): Configuration => ({
  members: [{ id: toMemberId(1), directory: 'd1', priority: 0, standing: 'voter' }],
  outgoing: outgoing.map(toMemberId),
  nextMemberId: toMemberId(2),
  trust: 'neither',
});
const SIMPLE = configuration([]);
const JOINT = configuration([1]);

/** A change accepted at index 5 of term 2, while the core knows `commit`. */
function createBench(commit = 4) {
  const outcomes: string[] = [];
  const calls = createCalls();
  const changes = createChanges(
    () => 7,
    () => undefined,
  );
  const done = (outcome: ChangeOutcome): void => {
    outcomes.push(outcome.kind === 'changed' ? `changed ${outcome.index}` : outcome.kind);
  };
  const call = calls.open(done, { kind: 'unknown' }, 1);
  changes.change(toIndex(1), [], call);
  const place = { index: toIndex(5), term: toTerm(2) };
  changes.accepted({ kind: 'changeAccepted', context: 7, ...place }, toIndex(commit));
  return {
    changes,
    outcomes,
    calls,
    commit: (index: number, term: number, found?: Configuration): void =>
      changes.applied({ index: toIndex(index), term: toTerm(term) }, found),
  };
}

describe('A membership change', () => {
  it('is done when its simple configuration is committed', () => {
    const { commit, outcomes } = createBench();
    commit(5, 2, SIMPLE);
    assert.deepEqual(outcomes, ['changed 5']);
  });

  it('is done when its joint phase is over', () => {
    const { commit, outcomes } = createBench();
    commit(5, 2, JOINT);
    commit(6, 2);
    assert.deepEqual(outcomes, []);
    commit(7, 3, SIMPLE);
    assert.deepEqual(outcomes, ['changed 7']);
  });

  it('is dropped when an entry of another term is committed in its place', () => {
    const { commit, outcomes } = createBench();
    commit(4, 1, SIMPLE);
    assert.deepEqual(outcomes, []);
    commit(5, 3, SIMPLE);
    assert.deepEqual(outcomes, ['dropped']);
  });

  it('is done at once when everything was as wished for and committed', () => {
    const { outcomes } = createBench(5);
    assert.deepEqual(outcomes, ['changed 5']);
  });

  it('is unknown when a snapshot jumps over it', () => {
    const { changes, outcomes } = createBench();
    changes.installed(toIndex(4));
    assert.deepEqual(outcomes, []);
    changes.installed(toIndex(8));
    assert.deepEqual(outcomes, ['unknown']);
  });

  it('is unknown when it takes too long', () => {
    const { commit, calls, outcomes } = createBench();
    commit(5, 2, JOINT);
    calls.expire(1);
    commit(6, 2, SIMPLE);
    assert.deepEqual(outcomes, ['unknown']);
  });
});
