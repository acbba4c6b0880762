import assert from 'node:assert/strict';
import { offset, saveOffsets } from '../../state/registry/offset.ts';
import { sweepShard } from '../../state/registry/deletion.ts';
import { doomedShard } from '../../state/registry/doomed.ts';
import { expireNode, registerNode } from '../../state/registry/registration.ts';
import {
  deleteSegments,
  deleteShard,
  sealSegment,
  startSegment,
} from '../../state/registry/shard-changes.ts';
import { createNextSegment } from '../../state/registry/shard-creation.ts';
import { nodeLoad, shard } from '../../state/registry/shard.ts';
import { deleteTopic, topic } from '../../state/registry/topic.ts';
import { viewRecords } from '../../state/resources/records.ts';
import { createCountedWorld } from '../../state/testing/counted-world.ts';
import { nodeOf } from '../../state/testing/registry-world.ts';
import { createDeletions } from './deletions.ts';
import { createBench } from './testing/bench.ts';
import { createShardOn, createTopicWith } from './testing/storage.ts';

describe('deletions', () => {
  function createStorage() {
    const bench = createBench(() => [createDeletions({ roundMs: 5_000 })]);
    for (const id of [1n, 2n]) {
      bench.change(registerNode, { ...nodeOf(id, ['engine']), storage_fold: ['/d'] });
    }
    let answered = 0;
    return {
      ...bench,
      answer: (all: boolean): void => {
        for (const { answer } of bench.calls.slice(answered)) answer({ kind: 'deleted', all });
        answered = bench.calls.length;
      },
      fail: (): void => {
        for (const { answer } of bench.calls.slice(answered)) answer({ kind: 'unreachable' });
        answered = bench.calls.length;
      },
      save: (...shards: readonly string[]): void =>
        void bench.change(
          saveOffsets,
          shards.map((shard_name) => ({
            ...{ tenant: 't', group: 'g', shard_name, topic: 'x', partition: 0 },
            ...{ offset: 1n, expected: undefined },
          })),
        ),
      /** What there is beside nodes, what they were given, and what they had. */
      left: () =>
        [...bench.rows.keys()]
          .filter((key) => /^r\/(?!node|registrations|coordinator)/.test(key))
          .map((key) => key.slice(2).replace('/', ' ').replaceAll('\u0000', ' '))
          .sort(),
    };
  }
  const remove = (topic_name: string) => ({ tenant: 't', topic_name });

  it('leave nothing of a topic, once all brokers have deleted their part', () => {
    const bench = createStorage();
    const { change, pass, answer, told, calls, left } = bench;
    createTopicWith(bench, 'x', ['x-0', 'x-1']);
    createShardOn(bench, 'x-0', { storage_type: 'EngineSegment' });
    createShardOn(bench, 'x-1');
    bench.save('x-0', 'x-1');
    change(deleteTopic, remove('x'));
    told();
    pass(500);
    assert.equal(calls.length, 2);
    answer(false);
    pass(5_500);
    assert.deepEqual(
      told().map(([what]) => what),
      ['Shard/Delete', 'Shard/Delete', 'Topic/Delete'],
    );
    answer(true);
    pass(500);
    // Once more: a process that was not asked may have listed them.
    assert.deepEqual(
      told().map(([what]) => what),
      ['Shard/Delete', 'Shard/Delete', 'Topic/Delete'],
    );
    assert.deepEqual(left(), []);
    const loads = [...bench.records.list(nodeLoad, [])];
    assert.ok(loads.every(({ replicas, leaders }) => replicas === 0 && leaders === 0));
  });

  it('leave what another topic refers to, until that goes too', () => {
    const bench = createStorage();
    const { change, pass, answer, calls, left } = bench;
    createTopicWith(bench, 'x', ['inner', 'x-0']);
    createTopicWith(bench, 'y', ['inner']);
    createShardOn(bench, 'inner');
    createShardOn(bench, 'x-0');
    bench.save('inner', 'x-0');
    change(deleteTopic, remove('x'));
    pass(500);
    assert.deepEqual(
      calls.map(({ request }) => request),
      [1, 2].map(() => ({ kind: 'askDeleted', items: [{ shardName: 'x-0' }] })),
    );
    answer(true);
    pass(1_000);
    assert.deepEqual(left(), [
      'offset t g inner',
      'offsetGroup t g',
      'offsetUse inner t g',
      'segment inner 0',
      'shard inner',
      'shardUse inner t y',
      'topic t y',
    ]);
    change(deleteTopic, remove('y'));
    pass(500);
    answer(true);
    pass(1_000);
    assert.deepEqual(left(), []);
  });

  it('wait for who does not answer, and begin anew under a new leader', () => {
    const bench = createStorage();
    const { change, pass, answer, fail, calls, left, changeLeader } = bench;
    createTopicWith(bench, 'x', ['x-0']);
    createShardOn(bench, 'x-0');
    change(deleteTopic, remove('x'));
    pass(500);
    fail();
    pass(30_000);
    assert.equal(calls.length, 4);
    changeLeader();
    pass(500);
    assert.equal(calls.length, 6);
    assert.ok(left().length > 0);
    answer(true);
    pass(1_000);
    assert.deepEqual(left(), []);
  });

  it('tell all brokers, also when those that have a part deleted it before they were told', () => {
    const bench = createStorage();
    const { change, pass, answer, told, left } = bench;
    createTopicWith(bench, 'x', ['x-0']);
    createShardOn(bench, 'x-0');
    change(deleteShard, 'x-0');
    told();
    pass(500);
    answer(true);
    pass(1_000);
    assert.deepEqual(
      told().map(([what]) => what),
      ['Shard/Delete'],
    );
    assert.deepEqual(left(), ['shardUse x-0 t x', 'topic t x']);
  });

  it('go with the word that they are gone, whatever becomes of the proposal', () => {
    const bench = createStorage();
    const { change, pass, answer, told, proposed, left } = bench;
    createTopicWith(bench, 'x', ['x-0']);
    createShardOn(bench, 'x-0');
    change(deleteTopic, remove('x'));
    pass(500);
    answer(true);
    told();
    bench.drop(2);
    pass(2_000);
    assert.deepEqual(proposed, ['topic.sweep', 'topic.sweep', 'topic.sweep']);
    assert.deepEqual(
      told().map(([what]) => what),
      ['Shard/Delete', 'Topic/Delete'],
    );
    assert.deepEqual(left(), []);
  });

  it('tell that it is gone behind all that was told of it meanwhile', () => {
    const bench = createStorage();
    const { change, pass, told, left } = bench;
    const segment = { shard_name: 's', segment_seq: 0 };
    createShardOn(bench, 's', { storage_type: 'EngineSegment' });
    const lastTold = (meanwhile: () => void): string | undefined => {
      told();
      pass(3_000, () => {
        bench.answer(true);
        meanwhile();
      });
      return told().at(-1)?.[0];
    };
    let current = 0;
    const open = (): void => {
      change(createNextSegment, { shard_name: 's', current, end_offset: 9n, now: 1n });
      current += 1;
    };
    open();
    change(deleteSegments, [segment]);
    const start = (): void => void change(startSegment, { ...segment, time: 1n });
    assert.equal(lastTold(start), 'Segment/Delete');
    assert.deepEqual(left().slice(-1), ['shard s']);
    change(deleteShard, 's');
    assert.equal(lastTold(open), 'Shard/Delete');
    assert.deepEqual(left(), []);
  });

  it('sweep some records at a time', () => {
    const bench = createStorage();
    const { change, pass, answer, left, proposed } = bench;
    const shards = Array.from({ length: 700 }, (_, at) => `x-${at}`);
    createTopicWith(bench, 'x', shards);
    for (const name of shards) createShardOn(bench, name);
    change(deleteTopic, remove('x'));
    pass(500);
    answer(true);
    pass(5_000);
    assert.deepEqual(left(), []);
    assert.deepEqual(
      proposed,
      Array.from({ length: 5 }, () => 'topic.sweep'),
    );
  });

  it('look at no more offsets than they sweep', () => {
    const world = createCountedWorld();
    world.change(registerNode, { ...nodeOf(1n, ['engine']), storage_fold: ['/d'] });
    createShardOn(world, 's');
    const saved = { tenant: 't', topic: 'x', shard_name: 's', partition: 0, offset: 1n };
    const groups = Array.from({ length: 100 }, (_, at) => `g${at}`);
    world.change(
      saveOffsets,
      groups.map((group) => ({ ...saved, group, expected: undefined })),
    );
    world.change(deleteShard, 's');
    world.rowsRead();
    world.change(sweepShard, { at: { shard_name: 's', shard_uid: 'uid s' }, most: 10 });
    const rows = world.rowsRead();
    assert.ok(rows <= 40, `${rows} rows were read`);
    assert.equal([...viewRecords(world.read, world.range).list(offset, [])].length, 90);
  });

  it('take a topic without shards with the word that it is gone, and one that is not there any more never', () => {
    const bench = createStorage();
    createTopicWith(bench, 'x', []);
    bench.change(deleteTopic, remove('x'));
    bench.told();
    bench.drop(1);
    bench.pass(500);
    assert.deepEqual(bench.told(), []);
    bench.pass(500);
    assert.deepEqual(
      bench.told().map(([what]) => what),
      ['Topic/Delete'],
    );
    bench.pass(500);
    assert.deepEqual([bench.calls, bench.left()], [[], []]);
    bench.pass(5_000);
    assert.deepEqual(bench.proposed, ['topic.sweep', 'topic.sweep']);
  });

  it('of a shard by itself ask those that have it, and leave its topic', () => {
    const bench = createStorage();
    const { change, pass, answer, calls, told, left } = bench;
    createTopicWith(bench, 'x', ['x-0']);
    createShardOn(bench, 'x-0');
    bench.save('x-0');
    change(deleteShard, 'x-0');
    told();
    pass(500);
    assert.deepEqual(
      calls.map(({ to }) => to),
      [1n],
    );
    answer(false);
    pass(5_500);
    assert.deepEqual(
      told().map(([what]) => what),
      ['Shard/Delete'],
    );
    answer(true);
    pass(500);
    assert.deepEqual(
      told().map(([what]) => what),
      ['Shard/Delete'],
    );
    assert.deepEqual(left(), ['shardUse x-0 t x', 'topic t x']);
    assert.deepEqual([...bench.records.list(offset, [])], []);
  });

  const names = (count: number): readonly string[] =>
    Array.from({ length: count }, (_, at) => `s${String(at).padStart(3, '0')}`);

  it('come to the last of many shards that nobody has who is registered', () => {
    const bench = createStorage();
    for (const name of names(250)) createShardOn(bench, name, { replica_num: 2 });
    bench.change(expireNode, { node_id: 1n, epoch: 1n });
    bench.change(expireNode, { node_id: 2n, epoch: 1n });
    bench.change(registerNode, { ...nodeOf(3n, ['engine']), storage_fold: ['/d'] });
    createShardOn(bench, 'z');
    for (const name of [...names(250), 'z']) bench.change(deleteShard, name);
    bench.pass(4_000, () => bench.answer(true));
    assert.equal(bench.calls.length, 1);
    assert.equal(bench.records.get(shard, ['z']), undefined);
    assert.equal([...bench.records.list(doomedShard, [])].length, 250);
  });

  it('come to the last of many topics of which a broker keeps its part', () => {
    const bench = createStorage();
    for (const name of [...names(50), 'z']) {
      createTopicWith(bench, name, [`${name}-0`]);
      createShardOn(bench, `${name}-0`);
      bench.change(deleteTopic, remove(name));
    }
    let answered = 0;
    const answer = (): void => {
      const calls = bench.calls.slice(answered);
      answered = bench.calls.length;
      for (const call of calls) {
        const { request } = call;
        const [item] = request.kind === 'askDeleted' ? request.items : [];
        call.answer({ kind: 'deleted', all: item?.shardName === 'z-0' });
      }
    };
    bench.told();
    bench.pass(4_000, answer);
    assert.equal(bench.records.get(topic, ['t', 'z']), undefined);
    // Each topic of two brokers once, and told of again; the last one told of for the last time.
    assert.equal(bench.calls.length, 102);
    assert.equal(bench.told().filter(([what]) => what === 'Topic/Delete').length, 51);
    bench.pass(5_000, answer);
    assert.equal(bench.calls.length, 202);
  });

  it('take a shard whose segments are gone already', () => {
    const bench = createStorage();
    createShardOn(bench, 's');
    bench.change(sealSegment, { shard_name: 's', segment_seq: 0, time: 1n });
    bench.change(deleteSegments, [{ shard_name: 's', segment_seq: 0 }]);
    bench.pass(2_000, () => bench.answer(true));
    assert.deepEqual(bench.left(), ['shard s']);
    bench.change(deleteShard, 's');
    bench.told();
    bench.pass(2_000);
    assert.deepEqual(
      bench.told().map(([what]) => what),
      ['Shard/Delete'],
    );
    assert.deepEqual(bench.left(), []);
  });
});
