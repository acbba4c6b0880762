import assert from 'node:assert/strict';
import { ORIGIN, toIndex } from '../ids.ts';
import { InvariantError } from '../invariant.ts';
import * as log from './log.ts';
import { createTermRuns } from './term-runs.ts';
import { at, command, logOf } from '../testing/value.ts';

/** Of entries of 32 bytes each, from 1 on; all of them stable. */
function aLog(...terms: readonly number[]): log.Log {
  const created = log.createLog(createTermRuns(ORIGIN, [], toIndex(0)), []);
  for (const entry of logOf(terms)) log.append(created, entry);
  created.stable = log.lastIndexOf(created);
  return created;
}
const indexes = (entries: readonly { readonly index: number }[] | undefined) =>
  entries?.map(({ index }) => index);

describe('log', () => {
  it('begins and ends somewhere', () => {
    assert.deepEqual(log.baseOf(aLog(1, 1)), at(0, 0));
    assert.deepEqual(log.lastOf(aLog(1, 1, 3)), at(3, 3));
    assert.deepEqual(log.lastOf(aLog()), at(0, 0));
  });

  it('contains a position if its entry there has that term', () => {
    assert.equal(log.contains(aLog(1, 3), at(2, 3)), true);
    assert.equal(log.contains(aLog(1, 3), at(2, 1)), false);
    assert.equal(log.contains(aLog(1, 3), at(3, 3)), false);
    assert.equal(log.contains(aLog(), at(0, 0)), true);
  });

  it('hands out entries after one, as many as fit, one at least', () => {
    const three = aLog(1, 1, 1);
    assert.deepEqual(indexes(log.entriesAfter(three, toIndex(0), 96)), [1, 2, 3]);
    assert.deepEqual(indexes(log.entriesAfter(three, toIndex(0), 95)), [1, 2]);
    assert.deepEqual(indexes(log.entriesAfter(three, toIndex(1), 1)), [2]);
    assert.deepEqual(indexes(log.entriesAfter(three, toIndex(3), 96)), []);
  });

  it('hands out what is between two', () => {
    assert.deepEqual(indexes(log.entriesBetween(aLog(1, 1, 1), toIndex(1), toIndex(3))), [2, 3]);
    assert.deepEqual(indexes(log.entriesBetween(aLog(1), toIndex(1), toIndex(1))), []);
  });

  it('what has left memory keeps its term, and cannot be handed out', () => {
    const four = aLog(1, 1, 2, 2);
    log.trim(four, toIndex(3), 40);
    assert.equal(log.firstInMemory(four), 4);
    assert.equal(log.termAt(four, toIndex(1)), 1);
    assert.equal(log.entriesAfter(four, toIndex(2), 96), undefined);
    assert.deepEqual(indexes(log.entriesAfter(four, toIndex(3), 96)), [4]);
    assert.throws(
      () => log.entriesBetween(four, toIndex(2), toIndex(4)),
      new InvariantError('the entries asked for are in memory', {
        after: 2,
        through: 4,
        first: 4,
        last: 4,
      }),
    );
  });

  it('keeps in memory what fits, and what is not applied in any case', () => {
    const four = aLog(1, 1, 1, 1);
    log.trim(four, toIndex(4), 64);
    assert.equal(log.firstInMemory(four), 3);
    log.trim(four, toIndex(3), 0);
    assert.equal(log.firstInMemory(four), 4);
  });

  it('an empty memory hands out nothing, and ends where the log does', () => {
    const two = aLog(1, 1);
    log.trim(two, toIndex(2), 0);
    assert.equal(log.firstInMemory(two), 3);
    assert.deepEqual(indexes(log.entriesAfter(two, toIndex(2), 96)), []);
    log.append(two, command(3, 1));
    assert.deepEqual(indexes(log.entriesAfter(two, toIndex(2), 96)), [3]);
  });

  it('keeps nothing of an entry that has left memory', () => {
    const two = aLog(1, 1);
    const [first] = log.entriesBetween(two, toIndex(0), toIndex(1));
    log.trim(two, toIndex(1), 0);
    assert(first !== undefined && !two.tail.includes(first));
  });

  it('survives that many entries leave memory', () => {
    const long = aLog(...Array.from({ length: 3_000 }, () => 1));
    log.trim(long, toIndex(2_999), 0);
    assert.equal(long.tail.length, 1);
    assert.deepEqual(indexes(log.entriesAfter(long, toIndex(2_999), 96)), [3_000]);
  });

  it('what is cut off is on disk no more', () => {
    const three = aLog(1, 1, 2);
    log.truncateFrom(three, toIndex(2));
    assert.deepEqual([log.lastOf(three), three.stable, three.tailBytes], [at(1, 1), 1, 32]);
    log.append(three, command(2, 3, 'abc'));
    assert.deepEqual([log.lastOf(three), three.stable, three.tailBytes], [at(2, 3), 1, 67]);
  });

  it('only what is in memory is cut off', () => {
    const three = aLog(1, 1, 1);
    log.trim(three, toIndex(2), 0);
    assert.throws(
      () => log.truncateFrom(three, toIndex(2)),
      new InvariantError('only entries in memory are ever truncated', { from: 2, first: 3 }),
    );
  });

  it('compacted: begins behind that entry, whose term is still known', () => {
    const three = aLog(1, 2, 2);
    log.compactTo(three, at(2, 2));
    assert.deepEqual(
      [log.baseOf(three), log.lastOf(three), log.termAt(three, toIndex(1))],
      [at(2, 2), at(3, 2), undefined],
    );
    assert.equal(log.firstInMemory(three), 3);
    assert.throws(
      () => log.compactTo(three, at(3, 1)),
      new InvariantError('the log is compacted at an entry it has', { ...at(3, 1) }),
    );
  });

  it('reset: empty, behind a position, all of it on disk', () => {
    const three = aLog(1, 1, 1);
    log.reset(three, at(9, 4));
    assert.deepEqual(
      [log.baseOf(three), log.lastOf(three), three.stable, log.firstInMemory(three)],
      [at(9, 4), at(9, 4), 9, 10],
    );
    log.append(three, command(10, 4));
    assert.deepEqual(indexes(log.entriesAfter(three, toIndex(9), 96)), [10]);
  });

  it('has no gaps', () => {
    assert.throws(
      () => log.append(aLog(1), command(3, 1)),
      new InvariantError('a log has no gaps', { index: 3, last: 1 }),
    );
  });
});
