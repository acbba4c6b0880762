import assert from 'node:assert/strict';
import { expireNode, registerNode } from '../../state/registry/registration.ts';
import { createNextSegment } from '../../state/registry/shard-creation.ts';
import { segment } from '../../state/registry/shard.ts';
import { nodeOf } from '../../state/testing/registry-world.ts';
import { createSegmentKeeper } from './segment-keeper.ts';
import { createBench } from './testing/bench.ts';
import { createShardOn } from './testing/storage.ts';

describe('the keeper of segments, of those that are sealed', () => {
  it('asks their replicas as well, and gives them a leader without opening them', () => {
    const options = { rebalanceMs: 60_000, movesMax: 2, fillMs: 30_000 };
    const bench = createBench(() => [createSegmentKeeper(options)]);
    const register = (): void =>
      void bench.change(registerNode, { ...nodeOf(1n, ['engine']), storage_fold: ['/d'] });
    const statuses = () =>
      [...bench.records.list(segment, ['s'])].map(({ status, isr }) => [status, isr]);
    register();
    createShardOn(bench, 's', { storage_type: 'EngineSegment' });
    for (const current of [0, 1]) {
      const end_offset = BigInt(current) * 100n + 99n;
      bench.change(createNextSegment, { shard_name: 's', current, end_offset, now: 7n });
    }
    bench.change(expireNode, { node_id: 1n, epoch: 1n });
    const gone = ['Unavailable', []];
    assert.deepEqual(statuses(), [gone, gone, gone]);
    register();
    bench.pass(500);
    assert.deepEqual(
      bench.calls.map(({ request }) => 'segmentSeq' in request && request.segmentSeq),
      [0, 1, 2],
    );
    for (const { answer } of bench.calls)
      answer({ kind: 'replica', replica: { leo: 7n, leaderEpoch: 0 } });
    bench.pass(500);
    assert.deepEqual(statuses(), [
      ['SealUp', [1n]],
      ['SealUp', [1n]],
      ['Write', [1n]],
    ]);
  });
});
