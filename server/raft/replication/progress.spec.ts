import assert from 'node:assert/strict';
import { toIndex, toMemberId, type MemberId } from '../ids.ts';
import { add } from './inflight.ts';
import { DEFAULT_OPTIONS } from '../options.ts';
import * as progress from './progress.ts';

function aProgress(match: number, next: number): progress.Progress {
  const created = progress.createProgress(toIndex(next), 0, {
    ...DEFAULT_OPTIONS,
    inflightMessagesMax: 1,
  });
  created.match = toIndex(match);
  return created;
}

describe('progress', () => {
  it('begins with a probe', () => {
    const created = aProgress(0, 8);
    assert.deepEqual(
      [created.state, created.match, created.next, progress.isPaused(created)],
      ['probe', 0, 8, false],
    );
  });

  it('a probe waits for the answer to its message', () => {
    const probing = aProgress(0, 8);
    probing.paused = true;
    assert.equal(progress.isPaused(probing), true);
  });

  it('replicating starts behind what matches, with an empty window', () => {
    const replicating = aProgress(4, 8);
    add(replicating.inflight, toIndex(7), 10);
    progress.becomeReplicate(replicating);
    assert.deepEqual(
      [replicating.state, replicating.next, progress.isPaused(replicating)],
      ['replicate', 5, false],
    );
  });

  it('a full window waits', () => {
    const replicating = aProgress(4, 8);
    progress.becomeReplicate(replicating);
    add(replicating.inflight, toIndex(5), 10);
    assert.equal(progress.isPaused(replicating), true);
  });

  it('back to probing never goes below what matches, and forgets what is in flight', () => {
    const probing = aProgress(4, 8);
    progress.becomeReplicate(probing);
    add(probing.inflight, toIndex(5), 10);
    progress.becomeProbe(probing, toIndex(2));
    assert.deepEqual(
      [probing.state, probing.next, progress.isPaused(probing)],
      ['probe', 5, false],
    );
    progress.becomeProbe(probing, toIndex(7));
    assert.equal(probing.next, 7);
  });

  it('nothing is sent beside a snapshot, nor while entries are fetched, nor to a regressed voter', () => {
    const installing = aProgress(4, 8);
    progress.becomeSnapshot(installing);
    assert.equal(progress.isPaused(installing), true);
    assert.equal(progress.isPaused({ ...aProgress(4, 8), fetching: true }), true);
    assert.equal(progress.isPaused({ ...aProgress(4, 8), regressed: true }), true);
  });

  it('there is one for exactly the members named', () => {
    const all = new Map<MemberId, progress.Progress>();
    const track = (...ids: readonly number[]): void =>
      progress.trackMembers(all, new Set(ids.map(toMemberId)), () => aProgress(0, 1));
    track(1, 2, 3);
    const kept = all.get(toMemberId(2));
    track(1, 2, 5);
    assert.deepEqual([...all.keys()], [1, 2, 5]);
    assert.equal(all.get(toMemberId(2)), kept);
  });
});
