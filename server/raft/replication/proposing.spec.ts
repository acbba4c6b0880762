import assert from 'node:assert/strict';
import { commit, persist, refuse, send } from '../testing/expected.ts';
import * as subject from '../testing/subject.ts';
import { aCandidate, aFollower, aLeader, aNewLeader, aPreCandidate } from '../testing/subject.ts';
import { at, cluster, command } from '../testing/value.ts';

// An entry of n bytes counts for n + 32; the no-op of a new leader for 32.
const options = { commandBytesMax: 4, uncommittedBytesMax: 100 };

describe('proposing', () => {
  it('a leader writes and sends at the same time', () => {
    assert.deepEqual(subject.proposed(aLeader(), 7, 'a', 'b'), [
      persist(3, 2, at(3, 2), { entries: [command(2, 2, 'a'), command(3, 2, 'b')] }),
      { kind: 'accepted', context: 7, offset: 0, first: 2, count: 2, term: 2 },
      send({
        kind: 'append',
        to: 2,
        term: 2,
        previous: at(1, 2),
        entries: [command(2, 2, 'a'), command(3, 2, 'b')],
        commit: 1,
      }),
      send({
        kind: 'append',
        to: 3,
        term: 2,
        previous: at(1, 2),
        entries: [command(2, 2, 'a'), command(3, 2, 'b')],
        commit: 1,
      }),
    ]);
  });

  it('several proposals go on one after another, ahead of their answers', () => {
    const leader = aLeader();
    subject.proposed(leader, 7, 'a');
    assert.deepEqual(subject.proposed(leader, 8, 'b'), [
      persist(4, 2, at(3, 2), { entries: [command(3, 2, 'b')] }),
      { kind: 'accepted', context: 8, offset: 0, first: 3, count: 1, term: 2 },
      send({
        kind: 'append',
        to: 2,
        term: 2,
        previous: at(2, 2),
        entries: [command(3, 2, 'b')],
        commit: 1,
      }),
      send({
        kind: 'append',
        to: 3,
        term: 2,
        previous: at(2, 2),
        entries: [command(3, 2, 'b')],
        commit: 1,
      }),
    ]);
  });

  it('is committed by a quorum, the own disk one of them', () => {
    const leader = aLeader();
    subject.proposed(leader, 7, 'a');
    assert.deepEqual(subject.accepted(leader, 2), []);
    assert.deepEqual(subject.persisted(leader), [commit(command(2, 2, 'a'))]);
    assert.deepEqual(subject.accepted(leader, 3), []);
  });

  it('is committed by the others, and applied once the own disk has it', () => {
    const leader = aLeader();
    subject.proposed(leader, 7, 'a');
    subject.accepted(leader, 2);
    assert.deepEqual(subject.accepted(leader, 3), []);
    assert.equal(subject.extent(leader).commit, 2);
    assert.deepEqual(subject.persisted(leader), [commit(command(2, 2, 'a'))]);
  });

  it('the only voter commits by its own disk', () => {
    const leader = aLeader({ configuration: cluster({ voters: [1] }), leader: undefined });
    assert.deepEqual(subject.proposed(leader, 7, 'a'), [
      persist(3, 2, at(2, 2), { entries: [command(2, 2, 'a')] }),
      { kind: 'accepted', context: 7, offset: 0, first: 2, count: 1, term: 2 },
    ]);
    assert.deepEqual(subject.persisted(leader), [commit(command(2, 2, 'a'))]);
  });

  it('no commands, no answer', () => {
    assert.deepEqual(subject.proposed(aLeader(), 7), []);
  });

  it('others than the leader say who leads, as far as they know', () => {
    assert.deepEqual(subject.proposed(aFollower(), 7, 'a', 'b'), [
      refuse('propose', 7, { reason: 'notLeader', leader: 2 }, 0, 2),
    ]);
    assert.deepEqual(subject.proposed(aFollower({ leader: undefined }), 7, 'a'), [
      refuse('propose', 7, { reason: 'notLeader', leader: undefined }),
    ]);
    assert.deepEqual(subject.proposed(aPreCandidate(), 7, 'a'), [
      refuse('propose', 7, { reason: 'notLeader', leader: undefined }),
    ]);
    assert.deepEqual(subject.proposed(aCandidate(), 7, 'a'), [
      refuse('propose', 7, { reason: 'notLeader', leader: undefined }),
    ]);
  });

  it('commands that are too large are refused on their own', () => {
    assert.deepEqual(subject.proposed(aLeader({ options }), 7, 'a', '12345', '123456', 'b'), [
      persist(3, 2, at(3, 2), { entries: [command(2, 2, 'a'), command(3, 2, 'b')] }),
      { kind: 'accepted', context: 7, offset: 0, first: 2, count: 1, term: 2 },
      refuse('propose', 7, { reason: 'tooLarge', bytes: 5, bytesMax: 4 }, 1, 2),
      { kind: 'accepted', context: 7, offset: 3, first: 3, count: 1, term: 2 },
      send({
        kind: 'append',
        to: 2,
        term: 2,
        previous: at(1, 2),
        entries: [command(2, 2, 'a'), command(3, 2, 'b')],
        commit: 1,
      }),
      send({
        kind: 'append',
        to: 3,
        term: 2,
        previous: at(1, 2),
        entries: [command(2, 2, 'a'), command(3, 2, 'b')],
        commit: 1,
      }),
    ]);
  });

  it('the uncommitted part of the log is bounded', () => {
    const leader = aLeader({ options });
    assert.deepEqual(subject.proposed(leader, 7, 'a', 'b', 'c', 'd'), [
      persist(3, 2, at(4, 2), {
        entries: [command(2, 2, 'a'), command(3, 2, 'b'), command(4, 2, 'c')],
      }),
      { kind: 'accepted', context: 7, offset: 0, first: 2, count: 3, term: 2 },
      refuse('propose', 7, { reason: 'logFull', bytes: 99, bytesMax: 100 }, 3, 1),
      send({
        kind: 'append',
        to: 2,
        term: 2,
        previous: at(1, 2),
        entries: [command(2, 2, 'a'), command(3, 2, 'b'), command(4, 2, 'c')],
        commit: 1,
      }),
      send({
        kind: 'append',
        to: 3,
        term: 2,
        previous: at(1, 2),
        entries: [command(2, 2, 'a'), command(3, 2, 'b'), command(4, 2, 'c')],
        commit: 1,
      }),
    ]);
    assert.deepEqual(subject.proposed(leader, 8, '1'), [
      refuse('propose', 8, { reason: 'logFull', bytes: 99, bytesMax: 100 }),
    ]);
  });

  it('a smaller command may fit where a larger one does not', () => {
    const leader = aLeader({ options: { ...options, uncommittedBytesMax: 68 } });
    assert.deepEqual(subject.proposed(leader, 7, 'aa', 'bbbb', 'cc'), [
      persist(3, 2, at(3, 2), { entries: [command(2, 2, 'aa'), command(3, 2, 'cc')] }),
      { kind: 'accepted', context: 7, offset: 0, first: 2, count: 1, term: 2 },
      refuse('propose', 7, { reason: 'logFull', bytes: 34, bytesMax: 68 }, 1, 1),
      { kind: 'accepted', context: 7, offset: 2, first: 3, count: 1, term: 2 },
      send({
        kind: 'append',
        to: 2,
        term: 2,
        previous: at(1, 2),
        entries: [command(2, 2, 'aa'), command(3, 2, 'cc')],
        commit: 1,
      }),
      send({
        kind: 'append',
        to: 3,
        term: 2,
        previous: at(1, 2),
        entries: [command(2, 2, 'aa'), command(3, 2, 'cc')],
        commit: 1,
      }),
    ]);
  });

  it('what is committed makes room', () => {
    const leader = aLeader({ options });
    subject.proposed(leader, 7, 'a', 'b', 'c');
    subject.persisted(leader);
    subject.accepted(leader, 2);
    assert.deepEqual(subject.proposed(leader, 8, 'd', 'e', 'f', 'g'), [
      persist(4, 2, at(7, 2), {
        entries: [command(5, 2, 'd'), command(6, 2, 'e'), command(7, 2, 'f')],
      }),
      { kind: 'accepted', context: 8, offset: 0, first: 5, count: 3, term: 2 },
      refuse('propose', 8, { reason: 'logFull', bytes: 99, bytesMax: 100 }, 3, 1),
      send({
        kind: 'append',
        to: 2,
        term: 2,
        previous: at(4, 2),
        entries: [command(5, 2, 'd'), command(6, 2, 'e'), command(7, 2, 'f')],
        commit: 4,
      }),
      send({
        kind: 'append',
        to: 3,
        term: 2,
        previous: at(4, 2),
        entries: [command(5, 2, 'd'), command(6, 2, 'e'), command(7, 2, 'f')],
        commit: 4,
      }),
    ]);
  });

  it('entries of earlier terms, not committed yet, count', () => {
    const log = [command(1, 1, 'aaaa'), command(2, 1, 'bbbb')];
    assert.deepEqual(subject.proposed(aNewLeader({ log, options }), 7, 'a'), [
      refuse('propose', 7, { reason: 'logFull', bytes: 104, bytesMax: 100 }),
    ]);
  });

  it('one command is always admitted, however small the bound', () => {
    const leader = aLeader({ options: { ...options, uncommittedBytesMax: 1 } });
    assert.deepEqual(subject.proposed(leader, 7, 'abcd', 'b'), [
      persist(3, 2, at(2, 2), { entries: [command(2, 2, 'abcd')] }),
      { kind: 'accepted', context: 7, offset: 0, first: 2, count: 1, term: 2 },
      refuse('propose', 7, { reason: 'logFull', bytes: 36, bytesMax: 1 }, 1, 1),
      send({
        kind: 'append',
        to: 2,
        term: 2,
        previous: at(1, 2),
        entries: [command(2, 2, 'abcd')],
        commit: 1,
      }),
      send({
        kind: 'append',
        to: 3,
        term: 2,
        previous: at(1, 2),
        entries: [command(2, 2, 'abcd')],
        commit: 1,
      }),
    ]);
  });

  it('a disk that is nearly full admits no commands, until there is space again', () => {
    const leader = aLeader();
    assert.deepEqual(subject.give(leader, { kind: 'storageSpace', low: true }), []);
    assert.deepEqual(subject.proposed(leader, 7, 'a'), [
      refuse('propose', 7, { reason: 'diskFull' }),
    ]);
    assert.deepEqual(subject.give(leader, { kind: 'storageSpace', low: false }), []);
    assert.equal(subject.proposed(leader, 7, 'a').at(0)?.kind, 'persist');
  });

  it('commands wait while leadership is on its way to another voter', () => {
    const leader = aLeader();
    subject.give(leader, { kind: 'transfer', context: 1, to: 3 });
    assert.deepEqual(subject.proposed(leader, 7, 'a'), [
      refuse('propose', 7, { reason: 'transferring', to: 3 }),
    ]);
  });
});
