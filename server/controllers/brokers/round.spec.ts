import assert from 'node:assert/strict';
import { deleteShard } from '../../state/registry/shard-changes.ts';
import { doomedShard } from '../../state/registry/doomed.ts';
import { registerNode } from '../../state/registry/registration.ts';
import { nodeOf } from '../../state/testing/registry-world.ts';
import { sweepShard } from '../../state/registry/deletion.ts';
import { createRests } from './rests.ts';
import { createRound } from './round.ts';
import { createBench } from './testing/bench.ts';
import { createShardOn } from './testing/storage.ts';

describe('a round', () => {
  function createMarked(...names: readonly string[]) {
    const bench = createBench(() => []);
    bench.change(registerNode, { ...nodeOf(1n, ['engine']), storage_fold: ['/d'] });
    const mark = (name: string): void => {
      createShardOn(bench, name);
      bench.change(deleteShard, name);
    };
    for (const name of names) mark(name);
    const round = createRound(doomedShard, [], 3);
    const look = (takes: (name: string) => boolean = () => true): string => {
      let offered = '';
      round.look(bench, ({ shard_name }) => {
        offered += shard_name;
        return takes(shard_name);
      });
      return offered;
    };
    const sweep = (shard_name: string): void =>
      void bench.change(sweepShard, {
        at: { shard_name, shard_uid: `uid ${shard_name}` },
        most: 9,
      });
    return { look, mark, sweep };
  }

  it('goes on where it ended, and from the last to the first', () => {
    const { look } = createMarked('a', 'b', 'c', 'd', 'e');
    assert.deepEqual([look(), look(), look(), look()], ['abc', 'dea', 'bcd', 'eab']);
  });

  it('offers none twice when there are few', () => {
    const { look } = createMarked('a', 'b');
    assert.deepEqual([look(), look()], ['ab', 'ab']);
    assert.deepEqual([createMarked().look()], ['']);
  });

  it('begins with the one that was not taken', () => {
    const { look } = createMarked('a', 'b', 'c', 'd');
    assert.deepEqual([look((name) => name !== 'b'), look(), look(() => false)], ['ab', 'bcd', 'a']);
    assert.equal(look(), 'abc');
  });

  it('goes on in the same place when the last one is gone, and others came', () => {
    const { look, mark, sweep } = createMarked('b', 'd', 'f', 'g');
    assert.equal(look(), 'bdf');
    sweep('f');
    for (const name of ['a', 'e']) mark(name);
    assert.deepEqual([look(), look()], ['gab', 'deg']);
  });
});

describe('a rest', () => {
  it('is of so long, and of its name alone', () => {
    const rests = createRests(10);
    rests.begin('a', 100);
    assert.deepEqual([rests.has('a', 109), rests.has('a', 110)], [true, false]);
    assert.equal(rests.has('b', 100), false);
    rests.begin('a', 110);
    assert.equal(rests.has('a', 119), true);
  });

  it('ends early when there are too many', () => {
    const rests = createRests(10);
    for (let at = 0; at <= 10_000; at += 1) rests.begin(String(at), 1);
    assert.deepEqual(
      [rests.has('0', 1), rests.has('1', 1), rests.has('10000', 1)],
      [false, true, true],
    );
  });
});
