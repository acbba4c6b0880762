import assert from 'node:assert/strict';
import { toMemberId } from '../raft/ids.ts';
import { aFollower } from '../raft/testing/subject.ts';
import { cluster, configured } from '../raft/testing/value.ts';
import { createDirectories } from './directories.ts';

/** A member that has member 4 in its log only: the change that brought it may still be dropped. */
const withUncommitted = () =>
  aFollower({ log: [configured(1, 1, cluster({ voters: [1, 2, 3], learners: [4] }))] }).raft;

const FOUR = toMemberId(4);

describe('directories', () => {
  it('a committed configuration settles whose an id is', () => {
    const { raft } = aFollower({ configuration: cluster({ voters: [1, 2, 3, 4] }) });
    const directories = createDirectories();
    assert.equal(directories.find(raft, FOUR), 'd4');
    assert.equal(directories.heard(raft, FOUR, 'd4'), true);
    assert.equal(directories.heard(raft, FOUR, 'another'), false);
    assert.equal(directories.find(raft, FOUR), 'd4');
  });

  it('one that is not committed is good enough to speak to a member first', () => {
    assert.equal(createDirectories().find(withUncommitted(), FOUR), 'd4');
  });

  it('but refuses nobody: its change may have been dropped, and the id given to another', () => {
    const raft = withUncommitted();
    const directories = createDirectories();
    assert.equal(directories.heard(raft, FOUR, 'another'), true);
    assert.equal(directories.find(raft, FOUR), 'another');
  });

  it('who is in no configuration is answered where it was heard from last', () => {
    const { raft } = aFollower();
    const directories = createDirectories();
    assert.equal(directories.find(raft, FOUR), undefined);
    assert.equal(directories.heard(raft, FOUR, 'first'), true);
    assert.equal(directories.heard(raft, FOUR, 'second'), true);
    assert.equal(directories.find(raft, FOUR), 'second');
  });
});
