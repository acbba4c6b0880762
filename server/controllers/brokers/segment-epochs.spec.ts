import assert from 'node:assert/strict';
import { registerNode } from '../../state/registry/registration.ts';
import { sealSegment } from '../../state/registry/shard-changes.ts';
import { segment } from '../../state/registry/shard.ts';
import { nodeOf } from '../../state/testing/registry-world.ts';
import { createSegmentEpochs, RAISED_MAX } from './segment-epochs.ts';
import { createBench } from './testing/bench.ts';
import { createShardOn, segmentOf } from './testing/storage.ts';

describe('Epochs of segments', function () {
  this.timeout(20_000);

  const BASE = 1_000;

  /** Segments of one node, in a cluster that goes on from remains then. */
  function createRemains(count: number) {
    const bench = createBench(() => [createSegmentEpochs()]);
    bench.result(registerNode, { ...nodeOf(1n, ['engine']), storage_fold: ['/d'] });
    for (let at = 0; at < count; at += 1) createShardOn(bench, `s${at}`);
    bench.told();
    const goOn = (cluster = 'c'): void =>
      void bench.apply({ kind: 'raiseEpochs', timeMs: 1, by: BASE, cluster, incident: '' });
    const epochs = () =>
      [...bench.records.list(segment, [])].map(({ leader_epoch, segment_epoch }) => [
        leader_epoch,
        segment_epoch,
      ]);
    return { ...bench, goOn, epochs };
  }

  it('stay as they are in a cluster that was founded', () => {
    const { pass, proposed, epochs } = createRemains(2);
    pass(5_000);
    assert.deepEqual(proposed, []);
    assert.deepEqual(epochs(), [
      [0, 0],
      [0, 0],
    ]);
  });

  it('are raised in one that goes on from remains, and brokers told, so many at a time', () => {
    const { pass, proposed, epochs, goOn, told } = createRemains(RAISED_MAX + 3);
    goOn();
    pass(3_000);
    assert.deepEqual(proposed, ['segment.raise', 'segment.raise']);
    assert.ok(epochs().every(([leader, own]) => leader === BASE && own === BASE));
    assert.equal(told().filter(([what]) => what === 'Segment/Create').length, RAISED_MAX + 3);
    pass(5_000);
    assert.equal(proposed.length, 2);
  });

  it('are raised as well when a proposal is lost, or another member leads', () => {
    const { pass, epochs, goOn, drop, changeLeader } = createRemains(2);
    goOn();
    drop(1);
    pass(5_000);
    assert.deepEqual(epochs(), [
      [BASE, BASE],
      [BASE, BASE],
    ]);
    goOn('d');
    changeLeader();
    pass(5_000);
    assert.ok(epochs().every(([leader = 0]) => leader >= 2 * BASE));
  });

  it('of what is told then are above all that brokers have seen', () => {
    const bench = createRemains(1);
    bench.goOn();
    bench.pass(3_000);
    bench.told();
    bench.change(sealSegment, { shard_name: 's0', segment_seq: 0, time: 5n });
    assert.equal(segmentOf(bench, 's0').segment_epoch, BASE);
  });
});
